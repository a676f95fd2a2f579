"""book: where a drive puts joins and growth on record; `flows.molecule` does it in the ledger."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from gastown.convoys.joins import joined
from gastown.errors import FormulaError, StageFailedError
from gastown.formula.growth import grown
from gastown.formula.outcome import Outcome, Outcomes
from gastown.formula.plan import Plan, PlannedStep
from gastown.stage import StageResult

Grow = Callable[[Plan, Outcomes, str], Plan]
"""The plan with what recorded outcomes make grow; the same plan where nothing does.

Told the join that is about to close, it raises where that cannot grow as it should.
"""


class Look(NamedTuple):
    """What is asked of who knows about gates: those that are closed now, and the state of all."""

    plan: Plan
    outcomes: Mapping[str, Outcome]
    gates: tuple[PlannedStep, ...]


Poll = Callable[[Look], Mapping[str, StageResult]]
"""Which of these gates are open now, by key; one with the verdict `failed` will never open.

It is asked in the loop that starts the steps, about once a second, and must not take long.
"""


class Book(Protocol):
    """Keeps a plan that grows. Errors of the town fail the join that it is asked about."""

    def grow(self, plan: Plan, join: PlannedStep, outcomes: Mapping[str, Outcome]) -> Plan:
        """The plan with what outcomes make grow, of a join above all, after it is on record."""
        ...

    def close(self, plan: Plan, join: PlannedStep, outcomes: Mapping[str, Outcome]) -> StageResult:
        """Put a join on record as closed. Raises StageFailedError where it must not be."""
        ...


class Unwritten:
    """A book for plans of which nothing is kept.

    Args:
        grow: What makes it grow.
        around: The files and variables that conditions may ask of, with an empty record.
    """

    def __init__(self, grow: Grow = grown, around: Outcomes | None = None) -> None:
        self._grow = grow
        self._around = around or Outcomes()

    def grow(self, plan: Plan, join: PlannedStep, outcomes: Mapping[str, Outcome]) -> Plan:
        """Grow it."""
        return self._grow(plan, self._known(outcomes), join.key)

    def close(self, plan: Plan, join: PlannedStep, outcomes: Mapping[str, Outcome]) -> StageResult:
        """Close it."""
        try:
            return joined(plan, join, self._known(outcomes))
        except FormulaError as error:
            raise StageFailedError(str(error)) from None

    def _known(self, outcomes: Mapping[str, Outcome]) -> Outcomes:
        return Outcomes(outcomes, self._around.exists, self._around.env)
