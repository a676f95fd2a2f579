"""dog-leases: what dead processes still hold is given back: claims, room of the PC, money, records.

No model is asked. What it found, and what it did, is an artifact of the run.
"""

from prefect import flow

from flows.dogs.rounds import go_round
from gastown.doctor.examine import Examined

CHECKS = ("processes", "claims", "admissions", "money")


@flow(name="dog-leases", flow_run_name="dog: leases", persist_result=False)
def dog_leases(town: str, dry_run: bool = True) -> Examined:
    """Give back what dead processes hold.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        dry_run: Tell what would be done, and change nothing.
    """
    return go_round("dog-leases", "Expired leases", town, CHECKS, dry_run=dry_run)
