"""host: who lets a plan's steps begin; `flows.placing` does it by what this PC has room for."""

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from gastown.errors import CapacityKind
from gastown.formula.plan import PlannedStep
from gastown.stage import Placement

End = Literal["closed", "failed", "sent back"]


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

    def refused(self, key: str, why: str, kind: CapacityKind) -> None:
        """Hear what a step lacked where it was placed; it is asked for again."""
        ...

    def over(self, key: str, end: End) -> None:
        """Hear how a step ended; one that sent work back is asked for again, after that work."""
        ...

    def grown(self, steps: Sequence[PlannedStep]) -> None:
        """Hear of steps that the plan grew; they are asked for when they are ready."""
        ...


class Roomy:
    """A host with room for everything; for plans whose steps take nothing."""

    placement = Placement(where="local", reason="there is room for everything")

    def ask(self, step: PlannedStep, entered: Callable[[Entry], None]) -> Entry:
        """Let it in."""
        del step
        entered(self)
        return self

    def refused(self, key: str, why: str, kind: CapacityKind) -> None:
        """Another place is not known."""

    def over(self, key: str, end: End) -> None:
        """It matters to nobody."""

    def grown(self, steps: Sequence[PlannedStep]) -> None:
        """There is room for them, too."""

    def leave(self) -> None:
        """Nothing is held."""
