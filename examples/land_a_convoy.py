"""Give a town a rig, ask for two changes, land them, and print what landed.

With the town's server up the convoy runs as a deployment, so that it can be retried in the UI::

    python examples/land_a_convoy.py TOWN ORIGIN
"""

import sys
from pathlib import Path

from flows.launch import run
from gastown import Draft, Town, add_rig, create_convoy

root, origin = Path(sys.argv[1]), sys.argv[2]
add_rig(Town.open(root), "scorekeeper", origin)
town = Town.open(root)
prefix = town.config.rig("scorekeeper").prefix

combo = Draft(title="Reward long streaks", description="Add `combo_multiplier`.", prefix=prefix)
first = town.ledger.create(combo)
grade = Draft(title="Put a grade on the card", description="Add `grade`.", prefix=prefix)
second = town.ledger.create(grade.model_copy(update={"needs": (first.id,)}))

convoy = create_convoy(town.ledger, town.config, "Better scores", [first.id, second.id])
for bead in run(town, convoy.id).beads:
    print(bead.id, bead.commit[:10], bead.title)
