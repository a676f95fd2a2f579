"""restore: put a Godot project's addons in their place, as GodotEnv would, without .NET.

The project is a copy that is thrown away. What a link would show of another repository is copied
into it, as the engine writes beside what it imports; a link to the rig itself stays one.
"""

import os
import posixpath
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tarfile import TarError
from zipfile import BadZipFile

from gastown.errors import ConfigError, GitError
from gastown.rigs.gauge.addons import Addon
from gastown.rigs.gauge.around import Around, Sibling
from gastown.rigs.gauge.fetched import archive, repository
from gastown.rigs.gauge.unpack import from_commit, from_folder, from_zip, inside
from gastown.rigs.git import Repo

_FAILURES = (ConfigError, GitError, OSError, TarError, BadZipFile)


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
    place = _Place(root, project, around)
    notes: list[str] = []
    problems: list[str] = []
    own: list[str] = []
    for addon in addons:
        try:
            said = place.put(addon)
        except _FAILURES as error:
            problems.append(f"the addon {addon.key} could not be restored: {error}")
            continue
        notes.append(f"{addon.key}: {said}")
        if place.target(addon).is_symlink():
            own.append(addon.key)
    return Restored(tuple(notes), tuple(problems), tuple(own))


@dataclass(frozen=True, slots=True)
class _Place:
    root: Path
    project: str
    around: Around

    def target(self, addon: Addon) -> Path:
        return self.root / self.project / "addons" / addon.key

    def put(self, addon: Addon) -> str:
        """Put one addon in its place; what was done."""
        target = self.target(addon)
        if not target.parent.resolve().is_relative_to(self.root.resolve()):
            raise ConfigError(f"{self.project}/addons is a link that leads out of the rig")
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink():
            target.unlink()
        shutil.rmtree(target, ignore_errors=True)
        if addon.source == "remote":
            repo, ref, said = repository(self.around, addon.url, addon.checkout)
            from_commit(repo, ref, addon.inner, target)
            return f"{addon.checkout} of {addon.url}, {said}"
        if addon.source == "zip" and "://" in addon.url:
            from_zip(archive(self.around, addon.url), addon.inner, target)
            return f"from {addon.url}"
        return self._from_here(addon, target)

    def _from_here(self, addon: Addon, target: Path) -> str:
        """A local, symlink or zip source: of the rig itself, or of one beside it."""
        path = posixpath.normpath(posixpath.join(self.project, addon.url))
        if posixpath.isabs(addon.url) or path.startswith("../../"):
            raise ConfigError(f"url {addon.url!r} leads elsewhere than to a rig beside this one")
        if path != ".." and not path.startswith("../"):
            self._own(addon, path, target)
            return "of this rig" if path == "." else f"{path} of this rig"
        name, _, rest = path.removeprefix("..").strip("/").partition("/")
        sibling = self.around.sibling(name)
        if sibling is None:
            raise ConfigError(f"there is no {name or 'such folder'} beside this rig")
        _beside(addon, sibling, rest, target)
        return f"from {name} beside this rig"

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


def _beside(addon: Addon, sibling: Sibling, rest: str, target: Path) -> None:
    """From a repository beside the rig; `rest` is the path in it."""
    inner = posixpath.join(rest, addon.inner)
    if addon.source == "zip":
        from_zip(inside(sibling.path, rest), addon.inner, target)
    elif addon.source == "local" and not rest:
        from_commit(sibling.path, _commit(sibling.path, addon.checkout), inner, target)
    elif sibling.ref:
        from_commit(sibling.path, sibling.ref, inner, target)
    else:
        from_folder(inside(sibling.path, inner), target)


def _commit(repo: Path, name: str) -> str:
    """The commit of a local source: what origin calls so, else its own branch or tag."""
    known = Repo(repo)
    found = known.find(f"refs/remotes/origin/{name}") or known.find(name)
    if found is None:
        raise ConfigError(f"{repo.name} has no {name!r}")
    return found
