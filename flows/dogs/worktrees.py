"""dog-worktrees: slots, worktrees and drafts that killed processes left are cleared away.

No model is asked. What it found, and what it did, is an artifact of the run.
"""

from prefect import flow

from flows.dogs.rounds import go_round
from gastown.doctor.examine import Examined

CHECKS = ("slots", "worktrees", "leftovers")


@flow(name="dog-worktrees", flow_run_name="dog: worktrees", persist_result=False)
def dog_worktrees(town: str, dry_run: bool = True) -> Examined:
    """Clear away slots, worktrees and drafts of nobody; work that is not on main is kept.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        dry_run: Tell what would be done, and change nothing.
    """
    return go_round("dog-worktrees", "Orphaned worktrees", town, CHECKS, dry_run=dry_run)
