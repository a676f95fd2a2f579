"""Holder: a process as the holder of something, so named that others on its host can see it die."""

import os
import socket

import psutil

_SAME_START_S = 1.0  # the boot time that start times are counted from moves when the clock is set
_PARTS = 3


def holder() -> str:
    """This process as `host:pid:start`."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.2f}"


def is_dead(name: str) -> bool:
    """Whether a holder of this host is gone; a holder elsewhere is given its lease."""
    host, _, rest = name.partition(":")
    pid, _, start = rest.partition(":")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    try:
        process = psutil.Process(int(pid))
        if process.status() == psutil.STATUS_ZOMBIE:  # killed, and its parent has not looked yet
            return True
        return abs(process.create_time() - float(start)) > _SAME_START_S
    except psutil.NoSuchProcess:
        return True


def lives_here(name: str) -> bool:
    """Whether a holder is a living process of this host."""
    parts = name.split(":")
    is_ours = len(parts) == _PARTS and parts[0] == socket.gethostname() and parts[1].isdigit()
    return is_ours and not is_dead(name)
