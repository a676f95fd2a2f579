"""restore: put a Godot project's addons in their place, as GodotEnv would, without .NET.

The project is a copy that is thrown away. What a link would show of another repository is copied
into it, as the engine writes beside what it imports; a link to the rig itself stays one.

An addon's repository may name addons that it needs itself, in an `addons.json` or `addons.jsonc` at
its root. All of them lie side by side in the project: one that is there already is left, and two
that differ cannot have one name, but the rig itself keeps its own.
"""

import os
import posixpath
import shutil
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tarfile import TarError
from typing import NamedTuple
from zipfile import BadZipFile

from gastown.errors import ConfigError, GitError
from gastown.rigs.gauge.addons import Addon, parse_addons
from gastown.rigs.gauge.around import Around
from gastown.rigs.gauge.fetched import archive, repository
from gastown.rigs.gauge.origin import Archive, Commit, Folder, Origin
from gastown.rigs.gauge.unpack import from_folder, from_zip, inside
from gastown.rigs.git import Repo

FILES = ("addons.json", "addons.jsonc")
MOST = 200  # addons of one project
_FAILURES = (ConfigError, GitError, OSError, TarError, BadZipFile, UnicodeDecodeError)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done, a line each, what could not be, and the addons that are the rig itself."""

    notes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


def restore(root: Path, project: str, addons: Sequence[Addon], around: Around) -> Restored:
    """Put each addon below `project`/addons of the rig's copy at `root`, replacing what is there.

    An addon that cannot be had is a problem in the result, not an exception.
    """
    work = _Restoring(_Place(root, project, around))
    work.ask(addons, _Base(Folder(root), ".", project))
    while work.asked:
        work.next()
    return Restored(tuple(work.notes), tuple(work.problems), tuple(work.own))


@dataclass(frozen=True, slots=True)
class _Base:
    """What the addresses in an addons file are seen from.

    Attributes:
        origin: What holds the file.
        where: What that is called: `.` the rig, `../name` one beside it, else its address.
        folder: The file's folder in it.
        whose: The addon that it is of; empty for the rig's own.
    """

    origin: Origin
    where: str
    folder: str = "."
    whose: str = ""

    @property
    def near(self) -> bool:
        """Whether it lies beside the rig, or is it, and not somewhere else."""
        return self.where in {".", ".."} or self.where.startswith("../")


class _Wish(NamedTuple):
    addon: Addon
    base: _Base


@dataclass(slots=True)
class _Restoring:
    """One restoration; what is `asked` is still to be done."""

    place: "_Place"
    notes: list[str] = field(default_factory=list[str])
    problems: list[str] = field(default_factory=list[str])
    own: list[str] = field(default_factory=list[str])
    asked: deque[_Wish] = field(default_factory=deque[_Wish])
    done: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def ask(self, addons: Sequence[Addon], base: _Base) -> None:
        self.asked += [_Wish(addon, base) for addon in addons]

    def next(self) -> None:
        addon, base = self.asked.popleft()
        called = f"{addon.key} of {base.whose}" if base.whose else addon.key
        try:
            if self._is_new(addon, base):
                said, origin = self.place.put(addon, base)
                self.notes.append(f"{called}: {said}")
                self._needs(addon, origin)
        except _FAILURES as error:
            self.problems.append(f"the addon {called} could not be restored: {error}")
        else:
            if self.place.target(addon).is_symlink() and addon.key not in self.own:
                self.own.append(addon.key)

    def _is_new(self, addon: Addon, base: _Base) -> bool:
        """Whether it is not there yet. Raises ConfigError where another has its name."""
        what = (_where(addon, base), addon.inner, addon.checkout)
        if (there := self.done.get(addon.key)) is not None:
            if there == what or there[0] == ".":  # the rig itself, as others see it
                return False
            raise ConfigError(
                f"another addon has its name: {' '.join(what)} is not {' '.join(there)}"
            )
        if key := next((key for key, one in self.done.items() if one == what), ""):
            self.notes.append(f"{addon.key}: is there already, as {key}")
            return False
        if len(self.done) >= MOST:
            raise ConfigError(f"there are more than {MOST} addons")
        self.done[addon.key] = what
        return True

    def _needs(self, addon: Addon, origin: _Base) -> None:
        """Ask for what its repository names."""
        for name in FILES:
            text = origin.origin.text(_joined(origin.folder, name))
            if text is not None:
                self.ask(parse_addons(f"{name} of {addon.key}", text), origin)
                return


@dataclass(frozen=True, slots=True)
class _Place:
    root: Path
    project: str
    around: Around

    def target(self, addon: Addon) -> Path:
        return self.root / self.project / "addons" / addon.key

    def put(self, addon: Addon, base: _Base) -> tuple[str, _Base]:
        """Put one addon in its place; what was done, and what its own addresses are seen from."""
        target = self.target(addon)
        if not target.parent.resolve().is_relative_to(self.root.resolve()):
            raise ConfigError(f"{self.project}/addons is a link that leads out of the rig")
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink():
            target.unlink()
        shutil.rmtree(target, ignore_errors=True)
        if addon.source == "remote":
            repo, ref, said = repository(self.around, addon.url, addon.checkout)
            found = _Base(Commit(repo, ref), addon.url, whose=addon.key)
            found.origin.put(addon.inner, target)
            return f"{addon.checkout} of {addon.url}, {said}", found
        if addon.source == "zip" and "://" in addon.url:
            found = _Base(Archive(archive(self.around, addon.url)), addon.url, whose=addon.key)
            found.origin.put(addon.inner, target)
            return f"from {addon.url}", found
        return self._from_here(addon, base, target)

    def _from_here(self, addon: Addon, base: _Base, target: Path) -> tuple[str, _Base]:
        """A local, symlink or zip source: of the rig itself, of one beside it, or of `base`."""
        where, path = _where(addon, base), _path(addon.url, base)
        if base.where == "." and not _leads_out(path):
            self._own(addon, path, target)
            said = "of this rig" if path == "." else f"{path} of this rig"
            return said, _Base(base.origin, ".", path, addon.key)
        if where == ".." or where.startswith("../"):
            name, _, rest = where.removeprefix("..").strip("/").partition("/")
            return f"from {name} beside this rig", self._beside(addon, name, rest, target)
        if addon.source == "zip":
            raise ConfigError(
                f"url {addon.url!r}: no archive within another repository is unpacked"
            )
        base.origin.put(_joined(path, addon.inner), target)
        return f"{path} of {base.where}", _Base(base.origin, base.where, path, addon.key)

    def _own(self, addon: Addon, path: str, target: Path) -> None:
        spot = inside(self.root, path)
        if addon.source == "zip":
            from_zip(spot, addon.inner, target)
            return
        spot = inside(spot, addon.inner)
        if addon.source == "symlink" or target.resolve().is_relative_to(spot.resolve()):
            target.symlink_to(os.path.relpath(spot, target.parent), target_is_directory=True)
        else:
            from_folder(spot, target)

    def _beside(self, addon: Addon, name: str, rest: str, target: Path) -> _Base:
        """From a repository beside the rig; `rest` is the path in it."""
        sibling = self.around.sibling(name)
        if sibling is None:
            raise ConfigError(f"there is no {name or 'such folder'} beside this rig")
        where, rest = f"../{name}", rest or "."
        if addon.source == "zip":
            packed = Archive(inside(sibling.path, rest))
            packed.put(addon.inner, target)
            return _Base(packed, f"zip {where}/{rest}", whose=addon.key)
        if addon.source == "local" and rest == ".":
            origin: Origin = Commit(sibling.path, _commit(sibling.path, addon.checkout))
        else:
            origin = Commit(sibling.path, sibling.ref) if sibling.ref else Folder(sibling.path)
        origin.put(_joined(rest, addon.inner), target)
        return _Base(origin, where, rest, addon.key)


def _where(addon: Addon, base: _Base) -> str:
    """What its address leads to: `.` and `./path` in the rig, `../name` beside it, or elsewhere.

    Raises ConfigError where it leads where none may.
    """
    if addon.source == "remote" or "://" in addon.url:
        return addon.url
    path = _path(addon.url, base)
    out = _leads_out(path)
    if posixpath.isabs(addon.url) or path.startswith("../../") or (out and not base.near):
        raise ConfigError(f"url {addon.url!r} leads elsewhere than to a rig beside this one")
    return path if out else _joined(base.where, path)


def _path(url: str, base: _Base) -> str:
    return _joined(base.folder, url)


def _joined(*parts: str) -> str:
    return posixpath.normpath(posixpath.join(*parts))


def _leads_out(path: str) -> bool:
    return path == ".." or path.startswith("../")


def _commit(repo: Path, name: str) -> str:
    """The commit of a local source: what origin calls so, else its own branch or tag."""
    known = Repo(repo)
    found = known.find(f"refs/remotes/origin/{name}") or known.find(name)
    if found is None:
        raise ConfigError(f"{repo.name} has no {name!r}")
    return found
