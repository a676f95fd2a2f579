"""witness: look at every session of a rig, and do what is due; deployed as `witness`.

No model is asked. It is started by its schedule, by the worker that sees somebody dead or stuck
(`deployments.lookout`), by the Deacon for a rig whose Witness is overdue, or by a person.
"""

from prefect import flow, get_run_logger

from blocks.town import open_town
from flows.herald import herald_now
from tasks.patrolling import Finding, alarms
from tasks.rounds import witness_round


@flow(name="witness", flow_run_name="witness {rig}", persist_result=False)
def witness(town: str, rig: str = "", dry_run: bool = False) -> list[Finding]:
    """Look at sessions, and nudge, recycle, bury or escalate.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        rig: Whose sessions; of every rig if empty.
        dry_run: Only say what would be done.
    """
    home, log = open_town(town), get_run_logger()
    rigs = [rig] if rig else sorted(home.config.rigs)
    found = [
        one for name in rigs for one in witness_round(home, name, dry_run=dry_run, tell=log.info)
    ]
    herald_now(home, log.warning)
    log.info("%d sessions at work, %d needed something", len(found), len(alarms(found)))
    return found
