"""merge: bring a branch to its target through the rig's queue, together with all that wait there.

Whoever asks leaves a request on record and takes the queue's lock in turn. Who gets it carries out
a batch for everybody; who comes after finds the verdict on record.
"""

from contextlib import ExitStack
from uuid import uuid4

from gastown.errors import StaleTokenError
from gastown.queue.batch import Carrier
from gastown.queue.outcome import Gate, Outcome
from gastown.queue.request import MergeRequest, id_of, outcome_of
from gastown.queue.requests import Requests
from gastown.queue.terms import ALONE, Terms
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.spans import span
from gastown.town.layout import RigLayout

LOOK_S = 1.0  # how often one that waits for a paused queue looks


def merge(
    layout: RigLayout,
    branch: str,
    *,
    target: str,
    gate: Gate,
    bead: str,
    author: str,
    terms: Terms = ALONE,
) -> Outcome:
    """Bring a branch of the rig onto `target` at origin.

    While the queue is paused it waits.

    Args:
        layout: The rig.
        branch: A local branch of the rig; it is left as it is.
        target: The branch at origin that grows.
        gate: Runs the tests in the folder it is given; also those of others in the batch.
        bead: Whose work this is; commits on the target with its trailer are recognised.
        author: `Name <address>` of the rebased commits' committer.
        terms: Whose it is beside, and how the queue works here.

    Raises:
        GitError: Origin cannot be reached, or kept moving while the gate ran.
        MainRedError: The target is red without it.
        StaleTokenError: Another run took over; nothing of it was pushed.
    """
    requests = Requests.of(layout)
    mine = requests.enqueue(_request(layout, branch, target, bead, author, terms))
    carrier = Carrier(layout, requests, gate, author, terms)
    try:
        while True:
            settled = _turn(carrier, mine)
            if settled is not None:
                return outcome_of(settled)
    except BaseException:
        requests.withdraw(mine, "who asked gave up", terms.clock())
        raise


def _turn(carrier: Carrier, mine: MergeRequest) -> MergeRequest | None:
    """Take the lock once: the verdict, or one batch carried out; None when more turns are due."""
    requests, terms = carrier.requests, carrier.terms
    while requests.paused() is not None and requests.show(mine.id).open:
        if not terms.held(mine):
            raise StaleTokenError(f"{mine.step}: another run took over while the queue was paused")
        terms.wait(LOOK_S)
    with ExitStack() as stack:
        with span("queue"):
            stack.enter_context(file_lock(carrier.layout.queue_lock))
        standing = requests.show(mine.id)
        if standing.ticket != mine.ticket:
            raise StaleTokenError(f"{mine.branch}: another run asks for its merge now")
        if standing.open and requests.paused() is None:
            carrier.carry()
            standing = requests.show(mine.id)
    return None if standing.open else standing


def _request(
    layout: RigLayout, branch: str, target: str, bead: str, author: str, terms: Terms
) -> MergeRequest:
    return MergeRequest(
        id=id_of(branch, target),
        ticket=uuid4().hex,
        branch=branch,
        tip=Repo(layout.canonical).rev(f"refs/heads/{branch}"),
        target=target,
        trunk=terms.trunk or target,
        bead=bead,
        author=author,
        asked_at=terms.clock(),
        convoy=terms.convoy,
        convoy_at=terms.convoy_at,
        priority=terms.priority,
        step=terms.step,
        token=terms.token,
        keep=terms.keep,
    )
