"""convoy: carry a convoy from its beads to merged, tested and reported work.

Started from the UI's form, by `town convoy launch`, by a schedule or a script, and again by
*Retry*: each start looks at the ledger first and runs only what has not closed.
"""

from prefect import flow
from prefect.client.schemas.objects import State

from blocks.town import open_town
from flows.carry import carry, succeed_dead_attempts
from flows.outages import outlasted
from flows.task_runner import burst_runner
from gastown.convoys.landing import Landing
from gastown.machine.stacks import tell_stacks


@flow(name="convoy", flow_run_name="{formula} {convoy}", task_runner=burst_runner())
def convoy(
    convoy: str,
    town: str = "town",
    formula: str = "convoy",
    values: dict[str, str] | None = None,
) -> Landing | State[Landing]:
    """Run a formula over a convoy until it lands.

    Args:
        convoy: The convoy's bead, `hq-cv-…` (`town convoy list` shows them).
        town: A saved Town block, or the folder of a town on this machine.
        formula: The workflow to run; `convoy` is the whole pipeline.
        values: Variables of the formula, by name.
    """
    succeed_dead_attempts()
    home = open_town(town)
    tell_stacks(home.layout.stacks)
    return outlasted(home, convoy, lambda: carry(home, convoy, formula, values or {}))
