"""Run a student's code so that it can harm nobody: find a sandbox, shut a process in, and stop it at its limits.

The instructor's process makes a room (a folder) and starts a fork server in bubblewrap with `wrap`. For each submission
the server calls `fork_confined`; the instructor's process finds the child with `outside_pid` and watches it with
`Watcher`. Where `probe` says that bubblewrap does not let namespaces be made inside, each submission is a program of
its own, started with `wrap`, which calls `restrict` before the student's code.
"""

from instructor.sandbox.command import stopping, wrap
from instructor.sandbox.confine import REFUSED, confine, fork_confined, restrict
from instructor.sandbox.limits import Limits
from instructor.sandbox.probe import Probe, probe
from instructor.sandbox.watcher import Watcher, cgroup_folder, outside_pid

__all__ = [
    "REFUSED",
    "Limits",
    "Probe",
    "Watcher",
    "cgroup_folder",
    "confine",
    "fork_confined",
    "outside_pid",
    "probe",
    "restrict",
    "stopping",
    "wrap",
]
