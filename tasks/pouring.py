"""pouring: a convoy's formula becomes its molecule, once, by one process alone."""

from gastown.convoys.convoy import show_convoy
from gastown.convoys.molecule import Molecule, find_molecule, pour
from gastown.convoys.planned import plan_for
from gastown.rigs.lock import file_lock
from gastown.town.town import Town
from tasks.drop import check_not_dropped
from tasks.forecasting import keep_forecast


def prepare(town: Town, convoy: str, formula: str, values: dict[str, str]) -> Molecule:
    """The convoy's molecule, or a new one: cooked, then poured."""
    with file_lock(town.layout.state / "pour.lock"):
        standing = find_molecule(town.ledger, convoy)
        if standing is not None:
            return standing
        bead = show_convoy(town.ledger, convoy)
        check_not_dropped(town.ledger, convoy)
        plan = plan_for(town, bead, formula, values)
        molecule = pour(town.ledger, plan, ephemeral=bead.ephemeral)
        keep_forecast(town, bead, molecule)
        return molecule
