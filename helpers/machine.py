"""What a measurement was made on.

For whoever stores timings beside results. Imports nothing else of `helpers`.
"""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

import torch


def machine_name(device: torch.device) -> str:
    """The graphics card, or the processor with the number of cores that this process may use.

    Example:
        >>> machine_name(torch.device("cpu")).split()[-1]
        'cores'
    """
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{_processor()}, {cores} cores"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text(encoding="utf-8")) if info.exists() else None
    return found[1].strip() if found else platform.processor() or platform.machine()
