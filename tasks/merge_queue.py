"""A stage's branch through its rig's merge queue, gated by all of the rig's tests."""

from pathlib import Path

from gastown.errors import StageFailedError
from gastown.rigs.merge import Contained, Merged, Outcome, Red, merge
from gastown.rigs.report import TestReport
from tasks.claims import check_held
from tasks.desk import Desk
from tasks.rigs import red_text


def enqueue(desk: Desk, branch: str, bead: str) -> Outcome:
    """Rebase on main, run every test, and fast-forward main when they are green.

    Raises StaleTokenError, and pushes nothing, when the step was taken over meanwhile.
    """

    def gate(worktree: Path) -> TestReport:
        report = desk.gauge(worktree)
        check_held(desk.town.ledger, desk.request.step, desk.request.token)
        return report

    return merge(
        desk.layout,
        branch,
        target=desk.table.branch,
        gate=gate,
        bead=bead,
        author=desk.author,
    )


def through_queue(desk: Desk, branch: str) -> Merged | Contained:
    """The same for a change that nobody can rework. Raises StageFailedError when it is refused."""
    outcome = enqueue(desk, branch, bead=branch)
    if isinstance(outcome, Merged | Contained):
        return outcome
    if isinstance(outcome, Red):
        raise StageFailedError(f"{branch} was not merged. {red_text(outcome.report)}")
    raise StageFailedError(f"{branch} conflicts with main in {', '.join(outcome.files)}")
