"""Which beads are the machinery's own: a person asks for them only when something is wrong."""

from gastown.beads.bead import Bead
from gastown.convoys.convoy import CONVOY
from gastown.convoys.molecule import MOLECULE


def is_inner(bead: Bead) -> bool:
    """Convoys have their own list; molecules and their steps are seen on a convoy's board."""
    return bead.issue_type in {CONVOY, MOLECULE} or "-mol-" in bead.id
