"""disk: whether a disk is full, which one, and whether that is what stands behind an error."""

import errno
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from gastown.errors import CapacityError, DiskFullError, OutageError

SPARE = 1 << 20
"""Bytes: with less than that free, a disk is full."""
_MIB = 1 << 20
_LOOK_S = 0.25
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_MAY_BE_FULL = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN})
_PRIMARY = 0xFF  # of an extended result code of SQLite


def is_full(path: Path) -> bool:
    """Whether nothing more can be written where a path lies, or would lie."""
    try:
        told = os.statvfs(_standing(path))
    except OSError:
        return False
    no_bytes = told.f_blocks > 0 and told.f_bavail * told.f_frsize < SPARE
    return no_bytes or (told.f_files > 0 and told.f_favail == 0)  # 0 files: it does not count them


def brief_of(path: Path) -> str:
    """Which disk it is that is full, by where it is mounted."""
    return f"the disk at {_mount(_standing(path))} is full"


def free_on(path: Path) -> str:
    """How much is free where a path lies, e.g. `0 of 400 MiB are free`."""
    told = os.statvfs(_standing(path))
    free, whole = (blocks * told.f_frsize // _MIB for blocks in (told.f_bavail, told.f_blocks))
    files = "" if told.f_favail or not told.f_files else ", and no further file can be made"
    return f"{free:,} of {whole:,} MiB are free{files}"


def said_of(path: Path, what: object) -> str:
    """The whole sentence: what could not be written, on which disk, and how much is free there."""
    return f"{what}; {brief_of(path)}: {free_on(path)}"


def outage_in(error: BaseException, root: Path) -> OutageError | None:
    """The outage that stands behind an error, whatever it was wrapped in; None if there is none.

    Args:
        error: What was raised.
        root: What could not be written lies there, where the error does not say.
    """
    for one in _behind(error):
        if isinstance(one, OutageError):
            return one
        if isinstance(one, CapacityError):
            return None  # whoever raised it has judged
        path = _path(one, root)
        if is_of_full_disk(one, path):
            return DiskFullError(said_of(path, error), brief=brief_of(path))
    return None


def is_of_full_disk(error: BaseException, path: Path) -> bool:
    """Whether that is what an error of the system, or of SQLite, says of a path."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    if not isinstance(error, sqlite3.Error):
        return False
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    return code == sqlite3.SQLITE_FULL or (code in _MAY_BE_FULL and is_full(path))


def behind(error: BaseException, path: Path) -> bool:
    """Whether a full disk is among what an error was raised from, or while it was handled."""
    return any(is_of_full_disk(one, path) for one in _behind(error))


def await_room(
    path: Path,
    patience_s: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait while the disk of a path is full, but not for ever: then it is tried all the same."""
    end = clock() + patience_s
    while is_full(path) and clock() < end:
        sleep(_LOOK_S)


def _behind(error: BaseException) -> Iterator[BaseException]:
    """An error, what it was raised from, and so on."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _path(error: BaseException, root: Path) -> Path:
    """Where it happened; where the error does not say, on whichever disk is full."""
    name = error.filename if isinstance(error, OSError) else None
    if isinstance(name, str | bytes):
        return Path(os.fsdecode(name))
    return next((one for one in (root, Path(tempfile.gettempdir())) if is_full(one)), root)


def _standing(path: Path) -> Path:
    """The path, or the nearest folder above that is there."""
    return next((one for one in (path, *path.absolute().parents) if one.exists()), Path("/"))


def _mount(path: Path) -> Path:
    """Where the disk of a path is mounted."""
    inside = path.resolve()
    return next(one for one in (inside, *inside.parents) if one.is_mount())
