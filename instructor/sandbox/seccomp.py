"""A filter of system calls: what no answer to an exercise needs, and an attack on the kernel might.

The filter is a program of the kernel's small machine for packet filters (BPF), installed with `prctl`. It knows x86-64
and 64-bit ARM; on other machines there is none, and the namespaces stand alone.

Source: https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

# Numbers of the calls on x86-64 and on 64-bit ARM. Memory of memfd and of System V belongs to no process, so that the
# watcher would not see it; the others make namespaces and mounts, look into processes, or reach far into the kernel.
REFUSED_CALLS = {
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_getfd": (438, 438),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "shmget": (29, 194),
    "msgget": (68, 186),
}
CLONE = (56, 220)
CLONE3 = 435  # of both machines; its flags lie where a filter cannot look
NEW_NAMESPACES = 0x7E020000  # the flags of clone() that ask for a namespace
ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

LOAD, AND, EQUAL, AT_LEAST, ANY, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06  # of the filter's machine
NUMBER_AT, ARCHITECTURE_AT, FLAGS_AT = 0, 4, 16  # bytes from the start of struct seccomp_data
ALLOW, KILL, FAIL_WITH = 0x7FFF0000, 0x80000000, 0x00050000
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2


def program(machine: str) -> bytes | None:
    """The filter as the kernel reads it, 8 bytes for an instruction.

    Args:
        machine: as `platform.machine()` says.

    Returns:
        None for a machine whose numbers are not known here.

    Example:
        >>> len(program("x86_64")) % 8, program("riscv64")
        (0, None)
    """
    if machine not in ARCHITECTURES:
        return None
    architecture, column = ARCHITECTURES[machine]
    refuse = _step(RETURN, FAIL_WITH | errno.EPERM)
    steps = [_step(LOAD, ARCHITECTURE_AT), _step(EQUAL, architecture, 1, 0), _step(RETURN, KILL)]
    steps += [_step(LOAD, NUMBER_AT)]
    if machine == "x86_64":
        steps += [_step(AT_LEAST, 0x40000000, 0, 1), refuse]  # the same calls once more, for the x32 interface
    for numbers in REFUSED_CALLS.values():
        steps += [_step(EQUAL, numbers[column], 0, 1), refuse]
    steps += [_step(EQUAL, CLONE3, 0, 1), _step(RETURN, FAIL_WITH | errno.ENOSYS)]  # so that the C library takes clone
    steps += [_step(EQUAL, CLONE[column], 0, 3), _step(LOAD, FLAGS_AT), _step(ANY, NEW_NAMESPACES, 0, 1), refuse]
    return b"".join([*steps, _step(RETURN, ALLOW)])


def install() -> bool:
    """Filter the calls of this process and of all its descendants, for good.

    Returns:
        Whether there is a filter for this machine.

    Raises:
        OSError: the kernel refuses it.
    """
    code = program(platform.machine())
    if code is None or struct.calcsize("P") != 8:
        return False
    held = ctypes.create_string_buffer(code, len(code))
    described = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(held)))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_SECCOMP, ctypes.c_ulong(SECCOMP_MODE_FILTER), described):
        number = ctypes.get_errno()
        raise OSError(number, f"the kernel refuses the filter of system calls: {os.strerror(number)}")
    return True


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One instruction; the two jumps count the instructions to pass over."""
    return struct.pack("HBBI", code, if_true, if_false, value)
