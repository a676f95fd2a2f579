"""A disk of a town's own, small enough to be filled: a tmpfs, where one may be mounted."""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

SIZE_MIB = 400
_PIECE = b"\0" * (1 << 20)


class Disk:
    """A folder that is a file system of its own."""

    def __init__(self, folder: Path) -> None:
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Leave no byte free."""
        for size in (1 << 20, 1 << 12, 1):
            with self._ballast.open("ab", buffering=0) as file, suppress(OSError):
                while file.write(_PIECE[:size]) == size:
                    continue

    def clear(self) -> None:
        """Give back what `fill` took."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def disk(folder: Path) -> Generator[Disk | None]:
    """Mount it for the block; none where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    argv = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "tmpfs", str(folder)]
    try:
        done = subprocess.run(argv, capture_output=True, check=False)
    except FileNotFoundError:
        yield None
        return
    if done.returncode:
        yield None
        return
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=False)
