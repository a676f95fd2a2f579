"""boot: whether the Deacon is to be woken, decided afresh each time; deployed as `boot`.

Facts decide, without a model, in all but one case: the Deacon is late, nothing calls for it, and a
session is silent for long though what it does explains that. Then a model says `wake` or `wait`.
"""

from prefect import flow, get_run_logger

from blocks.town import open_town
from flows.herald import herald_now
from flows.patrols.deacon import deacon
from gastown.health.triage import Call
from tasks.rounds import boot_round


@flow(name="boot", flow_run_name="boot", persist_result=False)
def boot(town: str, ask: bool = True) -> Call:
    """Wake the Deacon if it is late and there is something to look at.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        ask: Let a model say where facts do not decide; else the Deacon is woken then.
    """
    log = get_run_logger()
    home = open_town(town)
    called = boot_round(home, ask=ask, tell=log.info)
    log.info("%s: %s", called.call, called.reason)
    if called.call == "wake":
        deacon(town)
    herald_now(home, log.warning)
    return called.call
