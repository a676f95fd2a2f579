"""clear_leftovers: what tests leave in the folder lent to them goes; so much may lie there.

Tests are code that a model wrote: they may have left links, folders closed to their owner, or
gigabytes. A limit on each file is the jail's; this one is on all of them together.
"""

import os
import subprocess
from collections.abc import Collection
from pathlib import Path
from stat import S_ISREG

MAX_LEFT = 256 << 20  # bytes that one run may leave
MAX_KEPT = 16 << 20  # bytes that are kept of one log or report
_AT_ONCE = 500  # paths for one command
_CUT = b"[the beginning was left out]\n"


def clear_leftovers(out: Path, kept: Collection[Path], allowed: int = MAX_LEFT) -> tuple[str, ...]:
    """Remove everything below `out` but the `kept` files, of which the ends stay.

    Returns:
        The problem, where more than `allowed` bytes of disk were in use; else nothing.
    """
    _call("chmod", "-R", "u+rwx", str(out))
    used = disk_use(out)
    rest = [path for path in out.iterdir() if path not in kept or not _is_file(path)]
    for at in range(0, len(rest), _AT_ONCE):
        _call("rm", "-rf", "--", *map(str, rest[at : at + _AT_ONCE]))
    for path in out.iterdir():
        if path.stat().st_size > MAX_KEPT:
            _shorten(path)
    if used <= allowed:
        return ()
    return (f"the run left {used >> 20} MiB in its folder, at most {allowed >> 20} may be",)


def disk_use(folder: Path) -> int:
    """Bytes of disk that everything in a folder takes."""
    return int(_call("du", "-sk", str(folder)).partition("\t")[0] or 0) << 10


def _call(*argv: str) -> str:
    """A tool of the system; unlike Python's own, these take folders nested to any depth."""
    path = f"/usr/bin:/bin:{os.environ.get('PATH', '')}"
    return subprocess.run(
        argv, env={"PATH": path}, capture_output=True, text=True, errors="replace", check=False
    ).stdout


def _is_file(path: Path) -> bool:
    return S_ISREG(path.lstat().st_mode)


def _shorten(path: Path) -> None:
    with path.open("rb") as file:
        file.seek(-MAX_KEPT, os.SEEK_END)
        end = file.read()
    path.write_bytes(_CUT + end)
