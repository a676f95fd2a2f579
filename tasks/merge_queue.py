"""A stage's branch through its rig's merge queue, gated by all of the rig's tests."""

from gastown.beads.ledger import Ledger
from gastown.convoys.homecoming import is_homecoming
from gastown.errors import NotFoundError, StageFailedError
from gastown.queue.merge import merge
from gastown.queue.outcome import Contained, Merged, Outcome, Red
from gastown.queue.request import MergeRequest
from gastown.queue.terms import Terms
from gastown.town.tables.rigs import RigTable
from tasks.desk import Desk
from tasks.rigs import integration_of, red_text


def enqueue(desk: Desk, branch: str, bead: str) -> Outcome:
    """Stack it on main with others, run every test, and push what is green.

    Raises StaleTokenError, and pushes nothing of it, when the step was taken over meanwhile.
    """
    integration = integration_of(desk)
    return merge(
        desk.layout,
        branch,
        target=integration or desk.table.branch,
        gate=desk.gauge,
        bead=bead,
        author=desk.author,
        terms=_terms(desk),
    )


def through_queue(desk: Desk, branch: str) -> Merged | Contained:
    """The same for a change that nobody can rework. Raises StageFailedError when it is refused."""
    return require_merged(enqueue(desk, branch, bead=branch), branch)


def require_merged(outcome: Outcome, branch: str) -> Merged | Contained:
    """The outcome, if the branch is merged. Raises StageFailedError when it was refused."""
    if isinstance(outcome, Merged | Contained):
        return outcome
    if isinstance(outcome, Red):
        raise StageFailedError(f"{branch} was not merged. {red_text(outcome.report)}")
    raise StageFailedError(f"{branch} conflicts with main in {', '.join(outcome.files)}")


def table_terms(table: RigTable, ledger: Ledger) -> Terms:
    """How the queue of a rig works, for a branch of no convoy."""
    return Terms(
        trunk=table.branch,
        most=table.queue.most,
        history=table.queue.history,
        held=lambda request: _held(ledger, request),
    )


def _terms(desk: Desk) -> Terms:
    request, ledger = desk.request, desk.town.ledger
    of = table_terms(desk.table, ledger)
    return Terms(
        convoy=request.convoy,
        convoy_at=ledger.show(request.convoy).created_at if request.convoy else None,
        priority=desk.bead.priority if request.bead else of.priority,
        step=request.step,
        token=request.token,
        trunk=of.trunk,
        keep=bool(request.bead) and is_homecoming(desk.bead),
        most=of.most,
        history=of.history,
        held=of.held,
    )


def _held(ledger: Ledger, request: MergeRequest) -> bool:
    """Whether the claim under which it was asked for still stands; one of nobody's always does."""
    if not request.step:
        return True
    try:
        standing = ledger.claim_of(request.step)
    except NotFoundError:
        return False
    return standing is not None and standing.token == request.token
