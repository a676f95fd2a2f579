"""A process that drives a molecule, for what happens when it dies: `… grower TOWN CONVOY`."""

import sys
from pathlib import Path

from prefect import flow

from flows.drive import Drive
from flows.molecule import run_molecule
from flows.task_runner import burst_runner
from gastown.convoys.molecule import find_molecule
from gastown.town.town import Town


@flow(name="grower", task_runner=burst_runner())
def grower(root: str, convoy: str) -> Drive:
    """Drive what is open."""
    town = Town.open(Path(root))
    molecule = find_molecule(town.ledger, convoy)
    assert molecule is not None
    return run_molecule(town, molecule)


if __name__ == "__main__":
    grower(*sys.argv[1:])
