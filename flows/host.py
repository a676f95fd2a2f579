"""host: lets a plan's steps begin as this PC has room for them, beside all other runs on it."""

from collections.abc import Callable, Mapping
from typing import Protocol

from gastown.formula.plan import PlannedStep
from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.ticket import Ticket
from gastown.machine.capacity import Capacity
from gastown.stage import Placement


class Entry(Protocol):
    """One step's way in: asked for, then held, then over."""

    @property
    def placement(self) -> Placement:
        """Where it runs, and why. Only after it was let in."""
        ...

    def leave(self) -> None:
        """Wait no longer, or give back what was held; again does nothing."""
        ...


class Host(Protocol):
    """Lets steps in."""

    def ask(self, step: PlannedStep, entered: Callable[[Entry], None]) -> Entry:
        """Ask for a step without waiting; `entered` is called when it may begin, in any thread.

        Raises OvercommitError when it can never begin here.
        """
        ...

    def refused(self, key: str, why: str) -> None:
        """Hear that a step found no room where it was placed; it is asked for again."""
        ...


class Roomy:
    """A host with room for everything; for plans whose steps take nothing."""

    placement = Placement(where="local", reason="there is room for everything")

    def ask(self, step: PlannedStep, entered: Callable[[Entry], None]) -> Entry:
        """Let it in."""
        del step
        entered(self)
        return self

    def refused(self, key: str, why: str) -> None:
        """Another place is not known."""

    def leave(self) -> None:
        """Nothing is held."""


def demand_of(step: PlannedStep) -> Demand:
    """What a step's session takes of this PC: each works in a sandbox, wherever its model is."""
    del step
    return Demand(Capacity(sandboxes=1))


class ThisPC:
    """The host's admission ledger, for the steps of one molecule.

    Args:
        gate: This process's way to the ledger.
        town: The town's folder.
        beads: Each step's bead, by the step's key.
    """

    def __init__(self, gate: Gate, town: str, beads: Mapping[str, str]) -> None:
        self._gate = gate
        self._town = town
        self._beads = beads

    def ask(self, step: PlannedStep, entered: Callable[[Entry], None]) -> Entry:
        """Take the step's place in the host's queue."""
        wish = Ask(self._beads[step.key], demand_of(step), title=step.title, town=self._town)
        return _Leased(self._gate, wish, entered)

    def refused(self, key: str, why: str) -> None:
        """Nothing: a step is let in here, whatever happened elsewhere."""


class _Leased:
    """An entry with a ticket; the ticket may have its lease before `ask` returns it."""

    def __init__(self, gate: Gate, wish: Ask, entered: Callable[[Entry], None]) -> None:
        self._gate = gate
        self._entered = entered
        self._ticket = gate.ask(wish, self._heard)

    def _heard(self, ticket: Ticket) -> None:
        self._ticket = ticket
        self._entered(self)

    @property
    def placement(self) -> Placement:
        lease = self._ticket.lease
        because = lease.because if lease else self._ticket.because
        return Placement(where="local", reason=f"a sandbox of this PC; {because}")

    def leave(self) -> None:
        self._gate.end(self._ticket)
