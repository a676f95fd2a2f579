"""visit: any repository opened for a look: a rig of the town, or a git checkout anywhere.

What is looked at is a throw-away copy of what is committed, so nothing that is done there, or goes
wrong there, reaches the repository.
"""

import re
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from uuid import uuid4

from gastown.errors import NotFoundError
from gastown.founding.guess import gauge_of
from gastown.rigs.clone import clone
from gastown.rigs.git import Repo
from gastown.rigs.worktree import snapshot
from gastown.town.tables.rigs import GaugeTable, RigTable
from gastown.town.town import Town

_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass(frozen=True)
class Visit:
    """A repository at one commit.

    `rig` is its name in the town, None for one that is no rig. `worktree` may be written to and is
    gone after the visit.
    """

    town: Town
    name: str
    rig: str | None
    worktree: Path
    origin: Path | str

    @cached_property
    def commit(self) -> str:
        """What is looked at."""
        return Repo(self.worktree).head()

    @cached_property
    def table(self) -> RigTable:
        """Its configuration; guessed from its files where it is no rig.

        Raises ConfigError when nobody can tell how its tests are run.
        """
        if self.rig is not None:
            return self.town.config.rig(self.rig)
        gauge = GaugeTable.model_validate(gauge_of(self.worktree))
        return RigTable(prefix="visit", origin=str(self.origin), gauge=gauge)

    def private(self, role: str) -> tuple[Path, str]:
        """The role's private repository, and the folder in it that is this repository's."""
        return self.town.layout.private(role), _place(self.rig, self.name)


@contextmanager
def visit(town: Town, repository: str, *, ref: str = "") -> Generator[Visit]:
    """Open a rig by its name, else a checkout by its folder, at `ref` or at its main branch.

    Raises:
        NotFoundError: It is neither.
        GitError: It has no such ref, or cannot be read.
    """
    if repository in town.config.rigs:
        with _rig(town, repository, ref) as found:
            yield found
        return
    path = Path(repository).expanduser()
    if not (path / ".git").exists():
        rigs = ", ".join(sorted(town.config.rigs)) or "none"
        raise NotFoundError(
            f"{repository!r} is neither a rig of this town (it has: {rigs}) nor the folder of a "
            f"git checkout"
        )
    with _checkout(town, path.resolve(), ref) as found:
        yield found


def place_of(town: Town, repository: str) -> str:
    """The folder that is a repository's in each private repository, also of one that is gone."""
    rig = repository if repository in town.config.rigs else None
    return _place(rig, _name(Path(repository).expanduser().resolve()))


def _place(rig: str | None, name: str) -> str:
    return rig if rig is not None else f"elsewhere/{name}"


def _name(path: Path) -> str:
    return _UNFIT.sub("-", path.name) or "repository"


@contextmanager
def _rig(town: Town, name: str, ref: str) -> Generator[Visit]:
    layout, table = town.layout.rig(name), town.config.rig(name)
    Repo(layout.canonical).fetch()
    wanted = ref or f"origin/{table.branch}"
    with snapshot(layout, f"visit-{uuid4().hex[:8]}", wanted) as worktree:
        yield Visit(town, name, name, worktree, table.origin)


@contextmanager
def _checkout(town: Town, path: Path, ref: str) -> Generator[Visit]:
    name = _name(path)
    with tempfile.TemporaryDirectory(prefix="gastown-visit-") as folder:
        copy = clone(str(path), Path(folder, name))
        if ref:
            commit = copy.find(f"refs/remotes/origin/{ref}") or copy.rev(ref)
            copy.run("checkout", "--quiet", "--detach", commit)
        yield Visit(town, name, None, copy.path, path)
