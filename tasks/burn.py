"""burn: a molecule is given up without a digest; of a wisp nothing stays."""

from gastown.beads.bead import CLOSED
from gastown.convoys.molecule import Molecule
from gastown.gates.mail import letters_of
from gastown.stage import Frozen
from gastown.town.town import Town
from tasks.drop import drop


class Burned(Frozen):
    """What was given up: worktrees and branches, and beads that are gone."""

    convoy: str
    removed: tuple[str, ...]
    forgotten: int


def burn(town: Town, molecule: Molecule, *, force: bool = False) -> Burned:
    """Give it up; what git keeps is closed, what it never had is deleted.

    Raises:
        ClaimedError: A run is at it.
        GasTownError: Work is not on main, and `force` was not given.
    """
    ledger, convoy = town.ledger, molecule.plan.convoy
    removed: tuple[str, ...] = ()
    if ledger.show(convoy).status != CLOSED:
        removed = drop(town, convoy, "burned", force=force).removed
    children = [child.id for child in ledger.children(molecule.id)]
    gone: list[str] = []
    if ledger.show(molecule.id).ephemeral:
        gone = [molecule.id, *children]
        if ledger.show(convoy).ephemeral:
            gone.append(convoy)
        ledger.forget([*gone, *letters_of(ledger, gone)], actor="town")
    return Burned(convoy=convoy, removed=removed, forgotten=len(gone))
