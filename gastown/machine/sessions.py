"""Sessions: which steps are at work now, by whom, and what each claims of the machine."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gastown.beads.bead import IN_PROGRESS
from gastown.beads.ledger import Ledger
from gastown.machine.capacity import Capacity

A_SANDBOX = Capacity(sandboxes=1)


@dataclass(frozen=True, slots=True)
class Session:
    """One step at work."""

    bead: str
    title: str
    holder: str
    claims: Capacity


def sessions(ledger: Ledger, now: datetime, is_dead: Callable[[str], bool]) -> tuple[Session, ...]:
    """Steps whose claim stands and whose holder lives; each has one sandbox.

    A run's claim on its molecule, and a bead that a person works on, claim nothing of the machine.
    """
    at_work = ledger.find(status=IN_PROGRESS)
    steps = [bead for bead in at_work if "-mol-" in bead.id and "key" in bead.metadata]
    held = [(step, ledger.claim_of(step.id)) for step in steps]
    return tuple(
        Session(step.id, step.title, claim.holder, A_SANDBOX)
        for step, claim in held
        if claim is not None and claim.expires_at > now and not is_dead(claim.holder)
    )


def claimed(at_work: tuple[Session, ...]) -> Capacity:
    """What they claim together."""
    return sum((session.claims for session in at_work), Capacity())
