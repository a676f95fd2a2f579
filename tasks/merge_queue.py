"""A stage's branch through its rig's merge queue, gated by all of the rig's tests."""

from gastown.errors import StageFailedError
from gastown.rigs.merge import Contained, Merged, Outcome, Red, merge
from tasks.desk import Desk
from tasks.rigs import red_text


def enqueue(desk: Desk, branch: str, bead: str) -> Outcome:
    """Rebase on main, run every test, and fast-forward main when they are green."""
    return merge(
        desk.layout,
        branch,
        target=desk.table.branch,
        gate=desk.gauge,
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
