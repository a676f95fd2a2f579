"""written: the book of a molecule: joins and growth are put on record in the ledger."""

from collections.abc import Mapping

from gastown.convoys.joins import joined
from gastown.convoys.molecule import (
    Molecule,
    grow,
    mended,
    record_join,
    record_join_failure,
)
from gastown.errors import FormulaError, StageFailedError
from gastown.formula.growth import grown
from gastown.formula.outcome import Outcome
from gastown.formula.plan import Plan, PlannedStep
from gastown.stage import StageResult
from gastown.town.town import Town
from tasks.conditions import outcomes_in


class Written:
    """The book of one run. Only who holds the molecule's claim may keep it.

    Args:
        town: The town.
        molecule: The molecule; what a crash left out of its ledger is put there.

    Attributes:
        molecule: As it has grown by now.
        beads: The step bead of each key; it is the same mapping however much grows.
    """

    def __init__(self, town: Town, molecule: Molecule) -> None:
        self._town = town
        self.molecule = mended(town.ledger, molecule)
        self.beads = dict(self.molecule.beads)

    def grow(self, plan: Plan, join: PlannedStep, outcomes: Mapping[str, Outcome]) -> Plan:
        """Put what grows on record, then in the ledger a bead for each new step."""
        later = grown(plan, outcomes_in(self._town, self.molecule, outcomes), join.key)
        if later is not plan:
            self.molecule = grow(self._town.ledger, self.molecule, later)
            self.beads.update(self.molecule.beads)
        return later

    def close(self, plan: Plan, join: PlannedStep, outcomes: Mapping[str, Outcome]) -> StageResult:
        """Close the join's bead, or put on record why it stays open."""
        bead = self.beads[join.key]
        try:
            result = joined(plan, join, outcomes_in(self._town, self.molecule, outcomes))
        except (FormulaError, StageFailedError) as error:
            record_join_failure(self._town.ledger, bead, str(error))
            raise StageFailedError(str(error)) from None
        return record_join(self._town.ledger, bead, result)
