"""Defender, Polecat and Refinery outside a convoy: on any repository, each for one wish."""

from collections.abc import Sequence

from pydantic import BaseModel

from gastown.agents.answers import Submission
from gastown.agents.protocols import Check
from gastown.agents.tools import WorktreeTools
from gastown.errors import ConfigError
from gastown.rigs.diff import diff_text
from gastown.rigs.guard.guard import guard
from gastown.rigs.manner import manner_of
from gastown.rigs.redness import names_in
from gastown.rigs.report import TestReport
from gastown.rigs.review.handed import Handed
from gastown.rigs.scan.leaks import shown
from gastown.rigs.violations import violations
from gastown.town.town import Town
from tasks.defender import Proof
from tasks.reviewing import Change, read_change
from tasks.rigs import red_text
from tasks.room import Tell, quiet
from tasks.worksite import Site, listed, worksite

REPORT = "report.md"
PATCH_CHARS = 60_000


def defend(
    town: Town, repository: str, criteria: Sequence[str], *, ref: str = "", tell: Tell = quiet
) -> Handed:
    """Write the failing tests of some criteria on a new branch.

    Args:
        town: Whose model and budget it uses.
        repository: A rig, or the folder of a git checkout.
        criteria: What shall hold, one fact each; code names in backticks may be missing.
        ref: The branch to set out from; the main one when empty.
        tell: Hears what is being done.

    Raises:
        ConfigError: There is no criterion, or nothing tells how the tests run.
        StageFailedError: No tests came of it that are red for the right reason.
        NotFoundError: There is no such repository.
        GitError: Git refuses.
    """
    _require(criteria, "a criterion: what shall hold")
    with worksite(
        town, repository, "defender", title=f"defend: {criteria[0]}", ref=ref, tell=tell
    ) as here:
        tell(f"running the tests of {here.found.name} at {here.base[:10]} …")
        names = names_in(*criteria)
        proof = Proof(here.gauge, here.repo, names, before=here.gauge(here.found.worktree))
        tools = WorktreeTools(
            here.found.worktree, writable=here.table.tests, read_only=tuple(here.repo.files())
        )
        tell(f"{here.desk.request.model} writes tests …")
        asked = f"# Acceptance criteria\n{listed(criteria)}"
        duty = (
            f"Write the tests of these criteria into a new file ({', '.join(here.table.tests)}). "
            f"They must fail now, only because they are not met, and pass as soon as they are."
        )
        manner = manner_of(here.table, here.found.worktree)
        task = f"{here.rig}\n\n{manner}\n\n{duty}\n\n{asked}"
        here.desk.session(task, environment=tools, output=Submission, verify=proof.check)
        return _handed(here, f"Test: {criteria[0]}", tests=proof.line, reasons=(proof.shown,))


def implement(
    town: Town, repository: str, wish: str, *, ref: str = "", tell: Tell = quiet
) -> Handed:
    """Carry out one change on a new branch, until every test is green.

    Args:
        town: Whose model and budget it uses.
        repository: A rig, or the folder of a git checkout.
        wish: What is to change.
        ref: The branch to set out from, e.g. one with failing tests; the main one when empty.
        tell: Hears what is being done.

    Raises:
        ConfigError: The wish is empty, or nothing tells how the tests run.
        StageFailedError: No change came of it that passes.
        NotFoundError: There is no such repository.
        GitError: Git refuses.
    """
    _require([wish], "a wish: what is to change")
    with worksite(
        town, repository, "polecat", title=f"polecat: {wish}", ref=ref, tell=tell
    ) as here:
        tell(f"running the tests of {here.found.name} at {here.base[:10]} …")
        bench = _Bench(here, here.gauge(here.found.worktree))
        tools = WorktreeTools(
            here.found.worktree,
            read_only=here.fixed,
            verbs={"run_tests": lambda: red_text(here.gauge(here.found.worktree))},
        )
        tell(f"{here.desk.request.model} works …")
        waiting = "" if bench.before.green else f"Red before you begin:\n{red_text(bench.before)}"
        duty = "Carry out this change. Every test must pass; you may not change tests."
        task = "\n\n".join(filter(None, [here.rig, duty, waiting, f"# The change\n{wish}"]))
        here.desk.session(task, environment=tools, output=Submission, verify=bench.check)
        return _handed(here, wish, tests=bench.after.line)


def review(
    town: Town,
    repository: str,
    branch: str,
    *,
    asked: str = "",
    criteria: Sequence[str] = (),
    onto: str = "",
    tell: Tell = quiet,
) -> Handed:
    """Read what a branch changes, and say whether it should be merged; nothing is merged.

    Args:
        town: Whose model and budget it uses.
        repository: A rig, or the folder of a git checkout.
        branch: The branch to read.
        asked: What it is for; its commit messages when empty.
        criteria: What it shall meet; each is judged.
        onto: The branch that it is to be merged into; the main one when empty.
        tell: Hears what is being done.

    Raises:
        ConfigError: The branch changes nothing, or nothing tells how the tests run.
        StageFailedError: The session ended without a review.
        NotFoundError: There is no such repository, or no branch to merge into.
        GitError: There is no such branch, or git refuses.
    """
    with worksite(
        town, repository, "refinery", title=f"review {branch}", ref=branch, tell=tell
    ) as here:
        base = here.repo.merge_base(here.main(onto), "HEAD")
        if not here.repo.changed_files(base):
            raise ConfigError(f"{branch} changes nothing that {onto or 'main'} has not")
        tell(f"running the tests of {branch} …")
        tests = here.gauge(here.found.worktree)
        said = asked or "\n".join(one.subject for one in here.repo.log(f"{base}..HEAD"))
        about = f"# What it is for\n{said}\n\n# Its tests\n{red_text(tests)}"
        change = Change(here.repo, base, here.table, here.rig, about, tuple(criteria))
        focus = tuple(here.repo.changed_files(base))
        tools = WorktreeTools(here.found.worktree, writable=(), focus=focus)
        tell(f"{here.desk.request.model} reads {len(focus)} files …")
        reading = read_change(here.desk, change, tools)
        handed = Handed(
            role="refinery",
            name=here.found.name,
            base=base,
            branch=branch,
            verdict=reading.review.verdict if tests.green else "rework",
            summary=reading.review.summary,
            tests=tests.line,
            reasons=(*reading.reasons, *([] if tests.green else [red_text(tests)])),
            facts=reading.facts,
            folder=str(here.desk.folder),
        )
        return _kept(here, handed)


class _Bench:
    """Judges a Polecat's change; `before` and `after` are runs of the tests without and with it."""

    def __init__(self, here: Site, before: TestReport) -> None:
        self.here = here
        self.before = self.after = before

    def check(self, _: BaseModel | None) -> Check:
        """No invented name, every test green, within bounds."""
        path = self.here.found.worktree
        if not self.here.repo.status():
            return Check(ok=False, feedback="You changed nothing.")
        guarded = guard(path, self.here.base)
        if guarded.certain:
            return Check(ok=False, feedback=guarded.feedback)
        self.after = self.here.gauge(path)
        broken = violations(path, self.here.base, protected=self.here.fixed)
        if broken:
            return Check(ok=False, feedback="\n".join(broken))
        return Check(ok=self.after.green, feedback=red_text(self.after))


def _require(said: Sequence[str], what: str) -> None:
    if not any(one.strip() for one in said):
        raise ConfigError(f"say {what}")


def _handed(here: Site, summary: str, *, tests: str, reasons: tuple[str, ...] = ()) -> Handed:
    """Publish the branch, with what code finds in it."""
    branch = here.publish(summary)
    guarded = guard(here.found.worktree, here.base)
    handed = Handed(
        role=here.desk.request.role,
        name=here.found.name,
        base=here.base,
        branch=branch,
        summary=summary,
        tests=tests,
        reasons=tuple(filter(None, reasons)),
        facts={"findings": [one._asdict() for one in guarded.faults]},
        patch=shown(diff_text(here.found.worktree, here.base, "HEAD", chars=PATCH_CHARS)),
        folder=str(here.desk.folder),
    )
    return _kept(here, handed)


def _kept(here: Site, handed: Handed) -> Handed:
    (here.desk.folder / REPORT).write_text(f"{handed.report}\n", encoding="utf-8")
    return handed
