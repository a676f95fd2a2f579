"""mayor: an idea becomes a plan that a person can read and sling; deployed as `mayor`.

Started from the UI's form, or called. It makes the document and nothing else: `town plan sling`
makes the beads.
"""

from prefect import flow, get_run_logger
from prefect.runtime import flow_run

from blocks.town import open_town
from gastown.agents.prose import one_line
from gastown.planning.document import PlanDocument
from tasks.briefing import Order
from tasks.mayor import make_plan, plans_of
from tasks.publish_words import publish_plan

_NAME_CHARS = 60


def run_name() -> str:
    """What is planned, as far as the name of a run may say it."""
    asked = flow_run.parameters
    return one_line(f"plan: {asked.get('remark') or asked.get('idea')}", _NAME_CHARS)


@flow(name="mayor", flow_run_name=run_name, persist_result=False)
def mayor(
    town: str, idea: str = "", rigs: tuple[str, ...] = (), plan: str = "", remark: str = ""
) -> PlanDocument:
    """Plan an idea, or a plan anew with a remark.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        idea: What you want, in your own words.
        rigs: The rigs that it may touch; all where none is named.
        plan: To revise one: its id, plan-….
        remark: What shall be different in it.
    """
    home = open_town(town)
    before = plans_of(home).show(plan) if plan else None
    order = Order(before.idea if before else idea, rigs, remark, before)
    made = make_plan(home, order, get_run_logger().info)
    publish_plan(made)
    return made
