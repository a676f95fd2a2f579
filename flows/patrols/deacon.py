"""deacon: look at the town's own sessions, and at who looks after the rigs'; deployed as `deacon`.

No model is asked. The round of a Witness that is overdue is done by the Deacon itself.
"""

from prefect import flow, get_run_logger

from blocks.town import open_town
from flows.herald import herald_now
from tasks.patrolling import Finding, alarms
from tasks.rounds import deacon_round


@flow(name="deacon", flow_run_name="deacon", persist_result=False)
def deacon(town: str, dry_run: bool = False) -> list[Finding]:
    """Look at the sessions that no Witness looked at.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        dry_run: Only say what would be done.
    """
    log = get_run_logger()
    home = open_town(town)
    found = deacon_round(home, dry_run=dry_run, tell=log.info)
    herald_now(home, log.warning)
    log.info("%d sessions looked at, %d needed something", len(found), len(alarms(found)))
    return found
