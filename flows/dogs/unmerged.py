"""dog-unmerged: finished work that never came to main is kept, and told to a person.

No model is asked. What it found, and what it did, is an artifact of the run.
"""

from prefect import flow

from flows.dogs.rounds import go_round
from gastown.doctor.examine import Examined

CHECKS = ("clones", "unmerged", "merges", "doubled")


@flow(name="dog-unmerged", flow_run_name="dog: unmerged", persist_result=False)
def dog_unmerged(town: str, dry_run: bool = True) -> Examined:
    """Keep finished work that never came to main, and look for work that came twice.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        dry_run: Tell what would be done, and change nothing.
    """
    return go_round("dog-unmerged", "Unmerged finished work", town, CHECKS, dry_run=dry_run)
