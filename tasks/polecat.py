"""Polecat: implements one bead in its own worktree until the tests are green.

Session, worktree and slot are three lifetimes: a session may die at any time; the worktree and the
slot's name stay with the bead until its work is merged.
"""

from dataclasses import dataclass

from pydantic import BaseModel

from gastown.agents.answers import Submission
from gastown.agents.brief import bead_text, material, rework_text
from gastown.agents.prose import one_line
from gastown.agents.protocols import Check
from gastown.agents.tools import WorktreeTools
from gastown.beads.bead import IN_PROGRESS
from gastown.convoys.homecoming import is_homecoming
from gastown.errors import StageFailedError
from gastown.rigs.diff import diff_text
from gastown.rigs.git import Repo
from gastown.rigs.guard.guard import guard
from gastown.rigs.slots import Slot, take
from gastown.rigs.violations import violations
from gastown.rigs.worktree import add_worktree
from gastown.stage import StageResult
from tasks.defender import tests_of
from tasks.desk import Desk
from tasks.dispatches import implemented
from tasks.meeting import duty_of, left_over, meet, met_at
from tasks.rigs import CONFLICT, describe, fixed, green, main_ref, red_text, trailers

DIFF_CHARS = 6_000


@dataclass(frozen=True, slots=True)
class Ground:
    """A bead's worktree; the Polecat's own work begins at `base`, which is main and the tests.

    `lost` is the diff of an earlier round that no longer fits main, for the model to redo.
    """

    repo: Repo
    base: str
    lost: str = ""


def polecat(desk: Desk) -> StageResult:
    """Make the bead's tests pass without touching them, and commit."""
    bead = desk.bead
    Repo(desk.layout.canonical).fetch()
    slot = take(desk.layout, bead.id)
    holds = {"status": IN_PROGRESS, "assignee": f"{desk.rig}/{slot.name}"}
    desk.town.ledger.update(bead.id, holds, actor=holds["assignee"])
    ground = prepare(desk, slot)
    red = 0
    if not committed(desk, ground) and not needless(desk, ground):
        red = _implement(desk, ground)
        ground.repo.commit_all(f"{one_line(bead.title)}\n\n{trailers(bead, desk)}", desk.author)
    check = judge(desk, ground)
    if not check.ok:
        raise StageFailedError(f"the work on {bead.id} is committed, but: {check.feedback}")
    implemented(desk, slot, check.facts)
    return StageResult(
        summary=f"{slot.name}: {_after(red)}{check.facts['tests']}",
        evidence={"commit": ground.repo.head(), "slot": slot.name, "red": red, **check.facts},
    )


def prepare(desk: Desk, slot: Slot) -> Ground:
    """The bead's worktree as an earlier attempt left it; anew where that conflicts with main."""
    path = desk.layout.polecat(slot.name)
    repo = Repo(add_worktree(desk.layout, path, slot.branch, main_ref(desk)))
    homecoming = is_homecoming(desk.bead)
    tests = None if homecoming else tests_of(repo, desk, desk.bead)
    base = met_at(repo, desk) if homecoming else _base(repo, desk, tests)
    if base is not None and not _stale(repo, desk, base):
        return Ground(repo, base)
    lost = diff_text(repo.path, base, "HEAD", chars=DIFF_CHARS) if base else ""
    repo.run("reset", "--quiet", "--hard", main_ref(desk))
    if homecoming:
        meet(repo, desk)
    elif tests is not None:
        repo.cherry_pick(tests, desk.author)
    return Ground(repo, repo.head(), lost)


def _stale(repo: Repo, desk: Desk, base: str) -> bool:
    """Whether this round is to begin anew on main: sent back for a conflict, and not redone yet.

    What was redone stays, though main moved on meanwhile: its merge may be clean.
    """
    conflicts = any(reason.startswith(CONFLICT) for reason in desk.request.reasons)
    if not conflicts or repo.is_ancestor(main_ref(desk), "HEAD"):
        return False
    stage = f"polecat {desk.request.round}"
    return repo.find_trailer("Stage", stage, f"{base}..HEAD") is None


def judge(desk: Desk, ground: Ground) -> Check:
    """Code's verdict on what lies in the worktree: no invented name, every test green, in bounds.

    Bounds come last, since the tests run what the agent wrote, and that may write too. Nothing is
    run of a change that names what does not exist: the model is told at once what to write.
    """
    left = left_over(ground.repo, ground.base) if is_homecoming(desk.bead) else []
    if left:
        return Check(ok=False, feedback="\n".join(left))
    guarded = guard(ground.repo.path, ground.base)
    if guarded.certain:
        return Check(ok=False, feedback=guarded.feedback, facts={"guard": guarded.line})
    report = desk.gauge(ground.repo.path)
    broken = violations(ground.repo.path, ground.base, protected=fixed(desk))
    return Check(ok=False, feedback="\n".join(broken)) if broken else green(report)


def _base(repo: Repo, desk: Desk, tests: str | None) -> str | None:
    """Where the Polecat's work begins on its branch; None before the tests were taken over."""
    if tests is None:
        return repo.merge_base(main_ref(desk), "HEAD")
    return repo.find_trailer("Stage", "defender 1", f"{main_ref(desk)}..HEAD")


def committed(desk: Desk, ground: Ground) -> bool:
    """Whether an earlier attempt at this round got as far as its commit."""
    stage = f"polecat {desk.request.round}"
    done = ground.repo.find_trailer("Stage", stage, f"{ground.base}..HEAD")
    return done is not None and not ground.repo.status()


def needless(desk: Desk, ground: Ground) -> bool:
    """Whether nothing clashes any more where two lines were to be brought together."""
    return is_homecoming(desk.bead) and judge(desk, ground).ok


def _after(red: int) -> str:
    return f"{red} attempt{'s' * (red > 1)} red, then " if red else ""


def _implement(desk: Desk, ground: Ground) -> int:
    """Let the model work until code is content; how many of its submissions were not."""
    red = 0

    def verify(_: BaseModel | None) -> Check:
        nonlocal red
        check = judge(desk, ground)
        red += not check.ok
        return check

    tools = WorktreeTools(
        ground.repo.path,
        read_only=fixed(desk),
        verbs={"run_tests": lambda: red_text(desk.gauge(ground.repo.path))},
        focus=tuple(ground.repo.changed_files(main_ref(desk))),
    )
    desk.session(_task(desk, ground), environment=tools, output=Submission, verify=verify)
    return red


def _task(desk: Desk, ground: Ground) -> str:
    lost = material("your earlier change, which no longer fits main", ground.lost)
    parts = [
        describe(desk, ground.repo.path),
        _duty(desk, ground),
        bead_text(desk.bead),
        rework_text(desk.request.reasons),
        lost if ground.lost else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _duty(desk: Desk, ground: Ground) -> str:
    if is_homecoming(desk.bead):
        return duty_of(ground.repo, ground.base)
    tests = ground.repo.changed_files(f"{ground.base}~1", ground.base)
    return (
        f"Implement this bead until every test is green. Its tests are in {', '.join(tests)}; "
        f"you may not change tests."
    )
