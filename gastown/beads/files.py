"""Files that must be whole at every moment, whatever is killed."""

import os
import tempfile
from pathlib import Path

from gastown.errors import LedgerError


def write_whole(path: Path, text: str) -> None:
    """Replace a file's content at once: temporary file, flush to disk, rename.

    Through a symbolic link the file it points at is replaced. Raises LedgerError when the folder
    cannot be written; the old file then stands as it was.
    """
    target = path.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace(target, text.encode(errors="surrogateescape"))
    except OSError as error:
        raise LedgerError(f"{path}: cannot be written: {error.strerror}") from error


def _replace(target: Path, content: bytes) -> None:
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
