"""Which beads are the machinery's own: a person asks for them only when something is wrong."""

from gastown.beads.bead import MESSAGE, Bead
from gastown.convoys.convoy import CONVOY
from gastown.convoys.molecule import MOLECULE


def is_inner(bead: Bead) -> bool:
    """Convoys and mail have lists of their own; molecules are seen on a convoy's board."""
    return bead.issue_type in {CONVOY, MOLECULE, MESSAGE} or "-mol-" in bead.id
