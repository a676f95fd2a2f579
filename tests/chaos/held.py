"""A convoy's stages as `tests.chaos.walker` walks them, under the claim that a run has on it.

`python -m tests.chaos.held TOWN CONVOY DIE_AT`, with the walker's arguments.
"""

import sys
from pathlib import Path

from gastown.town.town import Town
from tasks.claims import claimed
from tasks.land import land
from tasks.pouring import prepare
from tests.chaos.walker import Reaper, walk, watch


def main(root: str, convoy: str, die_at: str) -> int:
    """Walk under the claim, land after it, as `flows.carry` does."""
    town, reaper = Town.open(Path(root)), Reaper(int(die_at))
    watch(reaper)
    molecule = prepare(town, convoy, "convoy", {})
    with claimed(town.ledger, molecule.id):
        errors = walk(town, molecule)
    if errors:
        sys.stdout.write("\n".join(f"{key}: {error}" for key, error in errors.items()))
        return 1
    land(town, molecule)
    sys.stdout.write(str(reaper.count))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
