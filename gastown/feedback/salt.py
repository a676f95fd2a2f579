"""salt: what makes a town's hashes of authors its own; made once, kept beside the repositories."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from gastown.errors import ConfigError

BYTES = 32


def salt_of(path: Path) -> bytes:
    """The salt in a file, which is made when there is none; the same for all who ask at once.

    Raises ConfigError for a file that holds something else: with another salt, everybody who was
    known before would be somebody new.
    """
    if not path.exists():
        _make(path)
    found = path.read_bytes()
    if len(found) != BYTES:
        raise ConfigError(f"{path}: holds {len(found)} bytes, not {BYTES}; bring the old one back")
    return found


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # for its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(BYTES))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another was quicker
            os.link(name, path)
    finally:
        Path(name).unlink()
