"""worksite: a repository opened for a role's work outside a convoy, on a branch of its own.

The work happens in a throw-away checkout; what comes of it reaches the repository as a new branch,
and nothing else there changes, a person's working tree least of all.
"""

import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from gastown.agents.prose import one_line
from gastown.errors import NotFoundError
from gastown.founding.tests_of import tests_of
from gastown.rigs.gauge.gauge import run_gauge
from gastown.rigs.gauge.steering import steering_files
from gastown.rigs.git import Repo
from gastown.rigs.report import TestReport
from gastown.town.tables.rigs import RigTable
from gastown.town.town import Town
from tasks.desk import Desk
from tasks.errand import errand
from tasks.rigs import TRUTH, describe_tree
from tasks.room import Tell, quiet
from tasks.surroundings import around_of
from tasks.visit import Visit, visit

MAINS = ("main", "master", "trunk")
_SLUG = re.compile(r"[^a-z0-9]+")
_TITLE_CHARS = 80


@dataclass(slots=True)
class Site:
    """A checkout to work in, and the desk of the role that does."""

    desk: Desk
    found: Visit
    table: RigTable
    base: str
    gauged: int = field(default=0, init=False)

    @property
    def repo(self) -> Repo:
        """The throw-away checkout."""
        return Repo(self.found.worktree)

    @property
    def rig(self) -> str:
        """The repository in short, for the start of a task."""
        return describe_tree(self.found.name, self.found.worktree, self.table.guide)

    @property
    def fixed(self) -> tuple[str, ...]:
        """What nobody may write whose work it judges."""
        own = (*self.table.tests, *steering_files(self.table.gauge), TRUTH, self.table.guide)
        return tuple(dict.fromkeys((*own, ".beads/**")))

    def gauge(self, worktree: Path) -> TestReport:
        """Run the repository's tests in the jail."""
        self.gauged += 1
        origin, out = self.found.origin, self.desk.folder / f"tests-{self.gauged}"
        checkout = origin if self.found.rig is None and isinstance(origin, Path) else None
        around = around_of(self.found.town, checkout)
        return run_gauge(self.table.gauge, worktree, out, self.desk.jail, around=around)

    def publish(self, summary: str) -> str:
        """Commit what differs, and give the repository a branch with it; the branch's name."""
        role = self.desk.request.role
        slug = _SLUG.sub("-", summary.lower()).strip("-")[:40].strip("-")
        branch = f"town/{role}/{slug or 'work'}-{uuid4().hex[:6]}"
        message = f"{one_line(summary, _TITLE_CHARS)}\n\nStage: {role} alone"
        commit = self.repo.commit_all(message, self.desk.author)
        self.repo.push(commit, branch)
        return branch

    def main(self, onto: str = "") -> str:
        """The commit of the branch that work is merged into: the named one, else the main one.

        Raises NotFoundError where there is none of such a name.
        """
        names = (onto,) if onto else tuple(dict.fromkeys((self.table.branch, *MAINS)))
        for name in names:
            if found := self.repo.find(f"refs/remotes/origin/{name}"):
                return found
        raise NotFoundError(
            f"{self.found.name} has no branch {' or '.join(names)}: name one with --onto"
        )


@contextmanager
def worksite(
    town: Town, repository: str, role: str, *, title: str, ref: str = "", tell: Tell = quiet
) -> Generator[Site]:
    """A rig by its name, else a checkout by its folder, at `ref` or its main branch.

    Raises:
        NotFoundError: It is neither.
        ConfigError: No model may do this; or nothing tells how the repository's tests run.
        CapacityError: There is no room for it, here or in the cloud.
        GitError: It has no such ref, or cannot be read.
    """
    with visit(town, repository, ref=_placed(town, repository, ref)) as found:
        table = found.table
        if found.rig is None:
            tests = tests_of(table.gauge, found.worktree)
            table = table.model_copy(update={"tests": tests})
        named = one_line(title, _TITLE_CHARS)
        with errand(town, role, rig=found.rig, title=named, tell=tell) as desk:
            yield Site(desk, found, table, found.commit)


def _placed(town: Town, repository: str, ref: str) -> str:
    """A branch of a rig as origin has it, which the town's own clone need not have."""
    if not ref or repository not in town.config.rigs:
        return ref
    canonical = Repo(town.layout.rig(repository).canonical)
    canonical.fetch()
    return f"origin/{ref}" if canonical.find(f"refs/remotes/origin/{ref}") else ref


def listed(items: Sequence[str]) -> str:
    """Criteria as the list that a role is shown."""
    return "\n".join(f"- {item}" for item in items)
