"""Add a rig, ask for two changes, land them, and print what landed.

Run it in a town, with the origin of a repository::

    python examples/land_a_convoy.py ~/town ~/src/scorekeeper.git
"""

import sys
from pathlib import Path

from flows.launch import run
from gastown.beads.bead import Draft
from gastown.convoys.convoy import create_convoy
from gastown.town.rigs import add_rig
from gastown.town.town import Town

root, origin = Path(sys.argv[1]), sys.argv[2]
rig = add_rig(root, origin)
town = Town.open(root)
bonus = Draft(
    title="Reward long streaks", description="Add `combo_multiplier(streak)`.", prefix=rig.prefix
)
first = town.ledger.create(bonus)
second = town.ledger.create(
    Draft(title="Put a grade on the card", prefix=rig.prefix, needs=(first.id,))
)
landed = run(town, create_convoy(town.ledger, town.config, "Scores", [first.id, second.id]).id)
for bead in landed.beads:
    print(bead.id, bead.commit[:10], bead.title)
