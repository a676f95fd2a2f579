"""escalator: look after every escalation; deployed as `escalator`.

No model is asked. It is started by the worker when something is due (`deployments.escalations`), by
its schedule, or by a person.
"""

from prefect import flow, get_run_logger

from blocks.town import open_town
from flows.herald import herald_now
from tasks.escalating import Looked, look_after


@flow(name="escalator", flow_run_name="escalator", persist_result=False)
def escalator(town: str) -> list[Looked]:
    """Settle escalations whose cause is gone, let others rise, ask their tiers, tell the Overseer.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
    """
    log = get_run_logger()
    home = open_town(town)
    looked = look_after(home)
    herald_now(home, log.warning)
    for one in looked:
        log.info("%s: %s, now with the %s: %s", one.subject, one.did, one.tier, one.said)
        for why in one.failed:
            log.warning("%s: the Overseer was not reached: %s", one.escalation, why)
    return looked
