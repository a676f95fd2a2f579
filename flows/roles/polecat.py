"""polecat: one change carried out on a branch until its tests are green; as `polecat`.

Started from the UI's form, or called: no convoy, and nothing else in the repository changes.
"""

from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from blocks.town import open_town
from gastown.rigs.review.handed import Handed
from tasks.alone import implement
from tasks.publish_pages import publish_page


@flow(name="polecat", flow_run_name="polecat on {repository}", persist_result=False)
def polecat(
    town: str,
    repository: Annotated[str, Field(min_length=1)],
    change: Annotated[str, Field(min_length=1)],
    ref: str = "",
) -> Handed:
    """Carry out one change; a person, or the Refinery, looks at the branch afterwards.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        repository: A rig of the town, or the folder of a git checkout.
        change: What is to change.
        ref: The branch to set out from, e.g. a Defender's; the main one when empty.
    """
    log = get_run_logger()
    handed = implement(open_town(town), repository, change, ref=ref, tell=log.info)
    log.info("%s", handed.line)
    publish_page(f"polecat-{handed.name}", handed.report, handed.line)
    return handed
