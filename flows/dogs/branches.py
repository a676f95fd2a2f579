"""dog-branches: branches that are nobody's are deleted, and what main lacks of them is kept.

No model is asked. What it found, and what it did, is an artifact of the run.
"""

from prefect import flow

from flows.dogs.rounds import go_round
from gastown.doctor.examine import Examined

CHECKS = ("branches",)


@flow(name="dog-branches", flow_run_name="dog: branches", persist_result=False)
def dog_branches(town: str, dry_run: bool = True) -> Examined:
    """Delete branches whose bead or convoy is over; work that is not on main is kept.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        dry_run: Tell what would be done, and change nothing.
    """
    return go_round("dog-branches", "Stale branches", town, CHECKS, dry_run=dry_run)
