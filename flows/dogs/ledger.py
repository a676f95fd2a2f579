"""dog-ledger: SQLite files, the ledger's laws, JSONL, convoys against molecules, and the disk.

No model is asked. What it found, and what it did, is an artifact of the run.
"""

from prefect import flow

from flows.dogs.rounds import go_round
from gastown.doctor.examine import Examined

CHECKS = ("disk", "ledger", "convoys", "hooks", "work")


@flow(name="dog-ledger", flow_run_name="dog: ledger", persist_result=False)
def dog_ledger(town: str, dry_run: bool = True) -> Examined:
    """Check that the town's records are whole and agree.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        dry_run: Tell what would be done, and change nothing.
    """
    return go_round("dog-ledger", "The ledger", town, CHECKS, dry_run=dry_run)
