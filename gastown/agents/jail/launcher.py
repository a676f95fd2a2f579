"""The launcher: takes a command's rights away, starts it, and buries its family when it is over.

Run as a file by a bare interpreter (`python -I -S launcher.py PARENT RULESET FILTER LIMITS CMD…`),
so it imports nothing of ours and is up in milliseconds. It stays outside the jail as the reaper:
orphans of the command become its children, and none outlives it. When the process that started it
dies, the kernel tells it (SIGTERM), and it ends the family too.
"""

import ctypes
import os
import resource
import signal
import sys
from typing import NoReturn

_SET_PDEATHSIG, _CAPBSET_DROP, _SET_SECCOMP, _SET_NO_NEW_PRIVS, _SET_SUBREAPER = 1, 24, 22, 38, 36
_RESTRICT_SELF = 446
_FILTER_MODE = 2
_NOT_STARTED = 127

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def main(parent: str, ruleset: str, program: str, limits: str, *command: str) -> int:
    """Run the command and return how it ended, as a shell says it."""
    signal.signal(signal.SIGTERM, _stop)
    _prctl(_SET_PDEATHSIG, signal.SIGTERM)
    _prctl(_SET_SUBREAPER, 1)
    if os.getppid() != int(parent):  # it died before the kernel was asked to tell
        return 128 + signal.SIGTERM
    try:
        child = os.fork()
        if child == 0:
            _become(command, int(ruleset), bytes.fromhex(program), limits)
        return _wait_for(child)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        _bury()


def _become(command: tuple[str, ...], ruleset: int, program: bytes, limits: str) -> NoReturn:
    """Turn this process into the command, with fewer rights at each line."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        _prctl(_SET_PDEATHSIG, signal.SIGKILL)
        for name, value in (pair.split("=") for pair in limits.split(",")):
            kind = getattr(resource, f"RLIMIT_{name.upper()}")
            resource.setrlimit(kind, (int(value), int(value)))
        if ruleset >= 0:
            _restrict(ruleset, program)
        os.execvp(command[0], command)  # noqa: S606 - an argument list; there is no shell to avoid
    except OSError as error:
        print(f"{command[0]}: {error}", file=sys.stderr, flush=True)  # noqa: T201 - its own voice
    os._exit(_NOT_STARTED)


def _restrict(ruleset: int, program: bytes) -> None:
    """No privilege is gained by any exec, none is left to root; then Landlock, then the filter."""
    _must(_prctl(_SET_NO_NEW_PRIVS, 1))
    capability = 0
    while os.geteuid() == 0 and _prctl(_CAPBSET_DROP, capability) == 0:
        capability += 1
    _must(_libc.syscall(ctypes.c_long(_RESTRICT_SELF), ctypes.c_long(ruleset), ctypes.c_long(0)))
    if program:
        steps = _Program(len(program) // 8, program)
        _must(_libc.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(steps), 0, 0))


def _wait_for(child: int) -> int:
    while True:
        ended, status = os.wait()
        if ended == child:
            rc = os.waitstatus_to_exitcode(status)
            return rc if rc >= 0 else 128 - rc


def _bury() -> None:
    """Kill our children until none is left: those of a killed one become ours."""
    while True:
        for pid in _children():
            os.kill(pid, signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def _children() -> list[int]:
    with open(f"/proc/self/task/{os.getpid()}/children") as file:  # noqa: PTH123 - pathlib costs 8 ms
        return [int(pid) for pid in file.read().split()]


def _prctl(option: int, value: int) -> int:
    return _libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0)


def _must(returned: int) -> None:
    if returned != 0:
        raise OSError(ctypes.get_errno(), "the jail could not be closed")


def _stop(*_: object) -> NoReturn:
    raise SystemExit(128 + signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
