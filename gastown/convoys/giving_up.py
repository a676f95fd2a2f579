"""close_molecule: end a molecule whose convoy is over; open steps are closed without evidence."""

from gastown.beads.bead import CLOSED
from gastown.beads.ledger import Ledger
from gastown.convoys.molecule import Molecule

EVIDENCE = "dropped"
"""Key of the evidence of what was given up, and the first word of its close reason."""
ACTOR = "town"


def close_molecule(
    ledger: Ledger,
    molecule: Molecule,
    reason: str,
    *,
    token: int | None = None,
    given_up: bool = True,
) -> None:
    """Close the open steps, then the molecule. Call it while nobody is at it.

    Args:
        ledger: Where it is.
        molecule: Which one.
        reason: Why it is over.
        token: Of the claim under which this is done.
        given_up: Whether the molecule itself counts as given up; its open steps always do.
    """
    for step in molecule.beads.values():
        if ledger.show(step).status != CLOSED:
            ledger.reopen(step, reason, actor=ACTOR)  # voids the claim of a worker that died
            ledger.close(step, f"{EVIDENCE}: {reason}", actor=ACTOR)
    if given_up:
        close_given_up(ledger, molecule.id, reason, token)
    else:
        ledger.close(molecule.id, reason, actor=ACTOR, token=token)


def close_given_up(ledger: Ledger, bead: str, reason: str, token: int | None = None) -> None:
    """Close a molecule or a convoy as given up."""
    evidence = {EVIDENCE: reason}
    ledger.close(bead, f"{EVIDENCE}: {reason}", evidence=evidence, actor=ACTOR, token=token)
