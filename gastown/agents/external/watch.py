"""Watch: what a command-line agent changed that its role may not; put back and named.

Our own tools refuse a write before it happens. A foreign program writes as it likes within its
worktree, so its files are looked at after it ended and none of its processes is left.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gastown.agents.globs import matches
from gastown.agents.paths import UNLISTED, Fence

MAX_KEPT = 16 << 20  # bytes of a file of which a copy is kept
_GIT = ".git"
_CACHES = UNLISTED - {_GIT}


@dataclass(frozen=True, slots=True)
class Trespass:
    """What was found: `protected` files that were touched, and other files that were `dropped`.

    All are as before again, but those `lost`: too large to keep a copy of.
    """

    protected: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.protected or self.dropped or self.lost)


@dataclass(frozen=True, slots=True)
class _Mark:
    """What the kernel knows of a file; its change time cannot be set by hand."""

    size: int
    changed_ns: int
    inode: int
    mode: int


class Watch:
    """Remembers what the fence keeps from the agent; `litter` are globs of what its kind leaves."""

    def __init__(self, fence: Fence, store: Path, litter: tuple[str, ...] = ()) -> None:
        self._fence = fence
        self._root = fence.root.resolve()
        self._store = store
        self._litter = litter
        self._before = dict(self._scan())
        for path, mark in self._before.items():
            if self._kept(path, mark):
                self._keep(path)

    def settle(self) -> Trespass:
        """Put back everything that was changed against the rules, and say what."""
        now = dict(self._scan())
        for cache in list(self._root.rglob("__pycache__")):  # bytecode may differ from its source
            shutil.rmtree(cache, ignore_errors=True)
        found: dict[str, str] = {}
        for path, mark in now.items():
            if path not in self._before and self._unwanted(path, mark):
                self._remove(path)
                found[path] = self._kind(path)
        for path, mark in self._before.items():
            if not self._fence.may_write(path) and self._differs(path, mark, now.get(path)):
                found[path] = self._kind(path) if self._put_back(path, mark) else "lost"
        return _told({path: kind for path, kind in found.items() if kind})

    def _scan(self) -> Iterator[tuple[str, _Mark]]:
        """Every file, link and oddity; a folder that is a repository of its own counts as one."""
        for folder, folders, names in os.walk(self._root):
            _open_up(Path(folder), folders)
            inner = [name for name in folders if name.casefold() == _GIT]
            links = [name for name in folders if Path(folder, name).is_symlink()]
            folders[:] = [f for f in folders if f not in {*inner, *links} and f not in _CACHES]
            for name in (*inner, *links, *names):
                path = Path(folder, name)
                if path != self._root / _GIT:
                    yield path.relative_to(self._root).as_posix(), _mark(path)

    def _unwanted(self, path: str, mark: _Mark) -> bool:
        odd = not stat.S_ISREG(mark.mode) or path.rpartition("/")[2].casefold() == _GIT
        return odd or matches(path, self._litter) or not self._fence.may_write(path)

    def _kind(self, path: str) -> str:
        """How a path is told of; empty for litter."""
        if matches(path, self._fence.read_only):
            return "protected"
        return "" if matches(path, self._litter) else "dropped"

    def _kept(self, path: str, mark: _Mark) -> bool:
        whole = stat.S_ISREG(mark.mode) and mark.size <= MAX_KEPT
        return whole and not self._fence.may_write(path)

    def _keep(self, path: str) -> None:
        copy = self._store / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(self._root / path, copy)

    def _differs(self, path: str, before: _Mark, now: _Mark | None) -> bool:
        if now == before:
            return False
        copy, there = self._store / path, self._root / path
        if now is None or now.mode != before.mode or not copy.is_file():
            return True
        return now.size != before.size or copy.read_bytes() != there.read_bytes()

    def _put_back(self, path: str, mark: _Mark) -> bool:
        copy = self._store / path
        if not copy.is_file():
            return False
        self._remove(path)
        there = self._root / path
        for folder in reversed(there.relative_to(self._root).parents[:-1]):
            if (self._root / folder).is_file():
                (self._root / folder).unlink()
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(copy, there)
        there.chmod(stat.S_IMODE(mark.mode))
        return True

    def _remove(self, path: str) -> None:
        there = self._root / path
        if there.is_dir() and not there.is_symlink():
            shutil.rmtree(there)
        else:
            there.unlink(missing_ok=True)


def _open_up(folder: Path, names: list[str]) -> None:
    """Let us into folders that were closed to their owner."""
    for name in names:
        path = folder / name
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode) and mode & stat.S_IRWXU != stat.S_IRWXU:
            path.chmod(stat.S_IMODE(mode) | stat.S_IRWXU)


def _mark(path: Path) -> _Mark:
    found = path.lstat()
    return _Mark(found.st_size, found.st_ctime_ns, found.st_ino, found.st_mode)


def _told(found: dict[str, str]) -> Trespass:
    named = {
        kind: tuple(sorted(path for path, other in found.items() if other == kind))
        for kind in ("protected", "dropped", "lost")
    }
    return Trespass(**named)
