"""Landing: a convoy that is done, as a script gets it back."""

from gastown.convoys.board import BeadRow
from gastown.stage import Frozen, Usage


class Landing(Frozen):
    """A landed convoy."""

    convoy: str
    beads: tuple[BeadRow, ...]
    steps: int
    usage: Usage
