"""Host: the machine that this process runs on, as the probe looks at it."""

import os
from importlib import import_module
from typing import Any

import psutil

from gastown.machine.probe import Host


def this_host() -> Host:
    """The real one. `pynvml` can be imported without a driver; it fails when it is asked."""
    pynvml: Any = import_module("pynvml")  # it has no type stubs
    return Host(
        nvml=pynvml,
        memory=psutil.virtual_memory(),
        cpus=_allowed(),
        physical=psutil.cpu_count(logical=False),
    )


def _allowed() -> frozenset[int]:
    """CPUs this process may run on; every one where the system (macOS) cannot say."""
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(os.cpu_count() or 1))
