"""Defender: writes the failing tests of each bead of its rig, one commit a bead.

Tests count when running them shows that they are red for the right reason; the model's word does
not. They go to the convoy's branch; each Polecat takes over those of its own bead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from gastown.agents.answers import Submission
from gastown.agents.brief import bead_text
from gastown.agents.prose import one_line
from gastown.agents.protocols import Check
from gastown.agents.tools import WorktreeTools
from gastown.beads.bead import Bead
from gastown.rigs.git import Repo
from gastown.rigs.guard.guard import guard
from gastown.rigs.manner import manner_of
from gastown.rigs.redness import judge_redness, names_in
from gastown.rigs.report import TestReport
from gastown.rigs.worktree import add_worktree
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.rigs import beads_of_rig, convoy_branch, describe, main_ref, trailers


def defender(desk: Desk) -> StageResult:
    """Write the tests of every bead of this rig that has none yet on the convoy's branch."""
    branch = convoy_branch(desk.request.convoy)
    Repo(desk.layout.canonical).fetch()
    path = desk.layout.defender(desk.request.convoy)
    worktree = add_worktree(desk.layout, path, branch, main_ref(desk))
    repo = Repo(worktree)
    repo.discard()  # what a session that died left behind was never shown to be red
    written = {bead.id: _written(desk, repo, bead) for bead in beads_of_rig(desk)}
    repo.push(branch)
    count = len(written)
    return StageResult(
        summary=f"tests for {count} bead{'s' * (count != 1)}, each red for the right reason",
        evidence={"branch": branch, "commit": repo.head(), "tests": written},
    )


def tests_of(repo: Repo, desk: Desk, bead: Bead) -> str | None:
    """The commit of the convoy's branch that holds a bead's tests."""
    span = f"{main_ref(desk)}..{convoy_branch(desk.request.convoy)}"
    return repo.find_trailer("Bead", bead.id, span)


def _written(desk: Desk, repo: Repo, bead: Bead) -> dict[str, object]:
    """The bead's tests: those of an earlier attempt, or new ones."""
    standing = tests_of(repo, desk, bead)
    if standing is not None:
        return {"commit": standing, "red": "shown in an earlier attempt"}
    before = desk.gauge(repo.path)
    proof = Proof(desk.gauge, repo, names_of(desk, bead), before)
    tools = WorktreeTools(
        repo.path,
        writable=desk.table.tests,
        read_only=tuple(repo.files()),  # a test file belongs to one bead (decision 3)
    )
    desk.session(
        _task(desk, repo.path, bead),
        environment=tools,
        output=Submission,
        verify=proof.check,
        bead=bead.id,
    )
    commit = repo.commit_all(f"Test: {one_line(bead.title)}\n\n{trailers(bead, desk)}", desk.author)
    return {"commit": commit, "red": proof.shown}


@dataclass(slots=True)
class Proof:
    """Shows that a submission is red, and for the right reason, which is that `names` are missing.

    `shown` says why it is red, `line` how the last run went.
    """

    gauge: Callable[[Path], TestReport]
    repo: Repo
    names: frozenset[str]
    before: TestReport
    shown: str = ""
    line: str = ""

    def check(self, _: BaseModel | None) -> Check:
        """Whether the new files are tests, red, and only for want of the work."""
        files = self.repo.status()
        if not files:
            return Check(ok=False, feedback="You wrote no test file.")
        guarded = guard(self.repo.path, self.repo.head()).beside(self.names)
        if guarded.certain:  # whatever is added, this will never be there
            return Check(ok=False, feedback=guarded.feedback, facts={"guard": guarded.line})
        after = self.gauge(self.repo.path)
        found = judge_redness(self.before, after, files, self.names)
        self.shown, self.line = "; ".join(found.reasons), after.line
        ok = found.red and found.right
        return Check(ok=ok, feedback="" if ok else self.shown, facts={"tests": after.line})


def names_of(desk: Desk, bead: Bead) -> frozenset[str]:
    """Names that may be missing when the tests run: the bead's own, and those it builds on."""
    names = names_in(bead.title, bead.description, bead.design, bead.acceptance_criteria)
    return names.union(*(names_of(desk, desk.town.ledger.show(need)) for need in bead.needs))


def _task(desk: Desk, worktree: Path, bead: Bead) -> str:
    where = ", ".join(desk.table.tests)
    duty = (
        f"Write the tests of this one bead into a new file ({where}). They must fail now, only "
        f"because the bead is not done, and pass as soon as it is."
    )
    manner = manner_of(desk.table, worktree)
    return "\n\n".join([describe(desk, worktree), manner, duty, bead_text(bead)])
