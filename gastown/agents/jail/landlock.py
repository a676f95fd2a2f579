"""Landlock rules: a file descriptor that holds what a process may touch once it restricts itself.

Numbers and structures are the kernel's (linux/landlock.h); a newer ABI knows more rights. Rules
only ever add to nothing, so what lies below a folder with a right has that right too.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from gastown.errors import JailError

_CREATE, _ADD = 444, 445  # system calls, the same on every architecture
_VERSION_FLAG, _PATH_BENEATH, _O_PATH = 1, 1, 0o10000000

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
_FS_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many rights on files each ABI knows
_IOCTL_DEV = 1 << 15
_TCP = 0b11  # bind and connect, from ABI 4
_SCOPES = 0b11  # abstract unix sockets and signals stay inside, from ABI 6

READ = EXECUTE | READ_FILE | READ_DIR
DEVICE = READ_FILE | WRITE_FILE
_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | _IOCTL_DEV  # all that fits a file


def landlock_abi() -> int:
    """The kernel's Landlock version; 0 where it has none or it is switched off."""
    return max(0, _call(_CREATE, None, 0, _VERSION_FLAG))


def all_rights(abi: int) -> int:
    """Every right on files that an ABI knows: each of them is refused unless a rule gives it."""
    return (1 << _FS_RIGHTS.get(abi, 16)) - 1


def make_ruleset(abi: int, rules: Iterable[tuple[Path, int]]) -> int:
    """A ruleset that gives each path its rights and refuses everything else, TCP included.

    Returns a descriptor, which the caller closes. Paths that do not exist are left out.

    Raises:
        JailError: The kernel refused the ruleset.
    """
    fields = struct.pack("=QQQ", all_rights(abi), _TCP * (abi >= 4), _SCOPES * (abi >= 6))  # noqa: PLR2004 - ABI numbers
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8  # noqa: PLR2004 - ABI numbers
    ruleset = _call(_CREATE, fields, size, 0)
    if ruleset < 0:
        raise JailError(f"Landlock refused a ruleset: {os.strerror(ctypes.get_errno())}")
    for path, rights in rules:
        _add(ruleset, path, rights & all_rights(abi))
    return ruleset


def _add(ruleset: int, path: Path, rights: int) -> None:
    try:
        spot = os.open(path, _O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        allowed = rights if path.is_dir() else rights & _OF_FILES
        rule = struct.pack("=Qi", allowed, spot)
        if _call(_ADD, ruleset, _PATH_BENEATH, rule, 0) != 0:
            raise JailError(f"Landlock refused {path}: {os.strerror(ctypes.get_errno())}")
    finally:
        os.close(spot)


def _call(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return libc.syscall(ctypes.c_long(number), *wide)
