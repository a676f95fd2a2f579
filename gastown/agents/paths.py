"""Paths: what an agent may read and write below one root, checked anew on every call.

A command may have left a symlink behind since the last call, so nothing is remembered; and files
are opened folder by folder without following links, so that a race cannot lead out either.
"""

import os
import stat
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from gastown.agents.globs import matches
from gastown.errors import PathRefusedError

MAX_BYTES = 512 * 1024  # the largest real source file we met has 110 kB
UNLISTED = frozenset(
    {".git", ".godot", ".venv", "node_modules", "__pycache__", ".pytest_cache", ".ruff_cache"}
)


@dataclass(frozen=True, slots=True)
class Fence:
    """The rules of one session: a root, and globs of what may be written, less `read_only`."""

    root: Path
    writable: tuple[str, ...] = ("**",)
    read_only: tuple[str, ...] = ()

    def place(self, path: str) -> str:
        """The path relative to the root, with slashes. Raises PathRefusedError."""
        if not path or any(ord(char) < ord(" ") for char in path):
            raise PathRefusedError(f"{path!r} is not a path")
        root = self.root.resolve()
        try:
            real = (root / path).resolve()
        except (OSError, RuntimeError) as error:
            raise PathRefusedError(f"{path}: {error}") from None
        if real == root or not real.is_relative_to(root):
            raise PathRefusedError(f"{path} is outside your worktree; use paths relative to it")
        inside = real.relative_to(root)
        if any(part.casefold() == ".git" for part in (*Path(path).parts, *inside.parts)):
            raise PathRefusedError(f"{path} belongs to git; you can neither read nor write it")
        return inside.as_posix()

    def may_write(self, path: str) -> bool:
        """Whether the globs let this session write `path`."""
        return matches(path, self.writable) and not matches(path, self.read_only)

    def read(self, path: str) -> str:
        """Text of a file. Raises PathRefusedError for links out, folders, large or binary files."""
        with self._opened(self.place(path), os.O_RDONLY | os.O_NONBLOCK) as handle:
            data = os.read(handle, MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise PathRefusedError(f"{path} is larger than {MAX_BYTES // 1024} KiB")
        return _text(path, data)

    def write(self, path: str, text: str) -> str:
        """Write a file, making its folders; returns its place. Raises PathRefusedError."""
        place = self.place(path)
        if self._goes_through_link(path):
            raise PathRefusedError(f"{path} leads through a link; write {place} itself")
        if not self.may_write(place):
            raise PathRefusedError(f"{place} is read-only for you; {self.rule()}")
        data = text.encode()
        if len(data) > MAX_BYTES:
            raise PathRefusedError(f"{place} would be larger than {MAX_BYTES // 1024} KiB")
        flags = os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK
        with self._opened(place, flags) as handle:
            os.ftruncate(handle, 0)
            _write_all(handle, data)
        return place

    def rule(self) -> str:
        """What may be written, in words."""
        kept = f" except {', '.join(self.read_only)}" if self.read_only else ""
        return f"you may write {', '.join(self.writable) or 'nothing'}{kept}"

    def files(self) -> Iterator[str]:
        """Every regular file but caches and git's own, sorted; links are left out."""
        root = self.root.resolve()
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if name.casefold() not in UNLISTED)
            for name in sorted(names):
                path = Path(folder, name)
                if name != ".git" and stat.S_ISREG(path.lstat().st_mode):
                    yield path.relative_to(root).as_posix()

    def _goes_through_link(self, path: str) -> bool:
        asked = Path(os.path.normpath(self.root.resolve() / path))
        return asked != asked.resolve()

    @contextmanager
    def _opened(self, place: str, flags: int) -> Generator[int]:
        """Open a regular file below the root; no component may be a link."""
        *folders, name = place.split("/")
        handle = os.open(self.root.resolve(), os.O_RDONLY | os.O_DIRECTORY)
        try:
            for folder in folders:
                handle = _enter(handle, folder, make=bool(flags & os.O_CREAT))
            handle = _step(handle, name, flags | os.O_NOFOLLOW)
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise PathRefusedError(f"{place} is not a regular file")
            yield handle
        except OSError as error:
            raise PathRefusedError(f"{place}: {error.strerror}") from None
        finally:
            os.close(handle)


def _enter(parent: int, folder: str, *, make: bool) -> int:
    if make:
        with suppress(FileExistsError):
            os.mkdir(folder, dir_fd=parent)
    return _step(parent, folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def _step(parent: int, name: str, flags: int) -> int:
    """Open `name` in the folder `parent`, which is then closed."""
    handle = os.open(name, flags | os.O_CLOEXEC, 0o666, dir_fd=parent)
    os.close(parent)
    return handle


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _text(path: str, data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise PathRefusedError(f"{path} is not a text file")
    return text
