"""wish: one step that waits to be let in, and how it was."""

from collections.abc import Callable
from dataclasses import dataclass

from flows.host import Entry
from gastown.errors import StageFailedError
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.ticket import Ticket
from gastown.placement.session import Session
from gastown.stage import Placement, Where


@dataclass(slots=True, eq=False)
class Wish:
    """An Entry. Whoever places it sets its fields, under one lock."""

    step: PlannedStep
    session: Session
    entered: Callable[[Entry], None]
    end: Callable[["Wish"], None]
    where: Where = "local"
    reason: str = "is about to be placed"
    refused: str = ""
    ticket: Ticket | None = None
    asks: int = 0  # how often it asked the host's ledger: an answer to an earlier one is void
    inside: bool = False

    @property
    def placement(self) -> Placement:
        """Where it runs, and why. Raises StageFailedError where it can run nowhere."""
        if self.refused:
            raise StageFailedError(f"{self.step.key} is held: {self.refused}")
        lease = self.ticket.lease if self.ticket else None
        reason = self.reason.replace("waits for ", "waited for ", 1)
        waited = f"; {lease.because}" if lease and "queue" in lease.because else ""
        return Placement(where=self.where, reason=reason + waited)

    @property
    def seconds(self) -> float:
        """How long it is expected to take where it was placed."""
        route = self.session.local if self.where == "local" else self.session.burst
        return route.seconds if route else 0.0

    def leave(self) -> None:
        """Wait no longer, or give back what was held; again does nothing."""
        self.end(self)
