"""A convoy's stages as `tests.chaos.walker` walks them, under the claim that a run has on it.

`python -m tests.chaos.held TOWN CONVOY DIE_AT`, with the walker's arguments. It lands after the
claim, as `flows.carry` does.
"""

import sys
from contextlib import AbstractContextManager

from gastown.convoys.molecule import Molecule
from gastown.town.town import Town
from tasks.claims import claimed
from tests.chaos.walker import main


def held(town: Town, molecule: Molecule) -> AbstractContextManager[object]:
    """The claim."""
    return claimed(town.ledger, molecule.id)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3], held))
