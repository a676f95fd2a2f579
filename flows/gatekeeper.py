"""gatekeeper: looks at the gates that suspended runs wait for, and lets those runs go on.

No model, and nothing while no gate is open: a run that suspends plans the next look, each look the
one after it, and `town up` one; a look is planned at the end of a timer, or every `[gates] look_s`.
"""

import time
from uuid import UUID

from prefect import flow, get_run_logger

from blocks.town import open_town
from flows.herald import herald_now
from flows.keeping import plan_look, resume_ready, waited_for
from flows.suspension import resume
from gastown.beads.ledger import utc_now
from gastown.gates.due import next_look
from tasks.gates import Looked, look_at
from tasks.telling import teller

_SOON_S = 15.0  # a look that is due so soon is waited for: a process less


@flow(name="gatekeeper", flow_run_name="gates", persist_result=False)
def gatekeeper(town: str) -> list[Looked]:
    """Look at every gate that a suspended run waits for.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
    """
    home, log = open_town(town), get_run_logger()
    news: list[Looked] = []
    while True:
        waiting = waited_for(home)
        plan_look(home, waiting.values())  # at first: should this process die, another looks
        looked = look_at(home, list(waiting), teller(home))
        news += [one for one in looked if one.new]
        for one in looked:
            log.info("%s: %s, %s", one.title, one.found, one.said)
        for run in resume_ready(home):
            log.info("run %s goes on", run)
        for run in {one.run for one in looked if one.new and one.found == "overdue"}:
            resume(UUID(run))  # it suspends again, and then its form asks of that gate too
        left = waited_for(home)
        due = next_look(left.values(), utc_now(), home.config.gates.look_s)
        wait_s = None if due is None else (due - utc_now()).total_seconds()
        if wait_s is None or wait_s > _SOON_S:
            plan_look(home, left.values())
            herald_now(home, log.warning)
            return news
        time.sleep(max(0.0, wait_s))
