"""defender: failing tests of some criteria, on a branch; deployed as `defender`.

Started from the UI's form, or called: no convoy, and nothing else in the repository changes.
"""

from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from blocks.town import open_town
from gastown.rigs.review.handed import Handed
from tasks.alone import defend
from tasks.publish_pages import publish_page


@flow(name="defender", flow_run_name="defend {repository}", persist_result=False)
def defender(
    town: str,
    repository: Annotated[str, Field(min_length=1)],
    criteria: Annotated[tuple[str, ...], Field(min_length=1)],
    ref: str = "",
) -> Handed:
    """Write the tests that fail until the criteria are met.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        repository: A rig of the town, or the folder of a git checkout.
        criteria: What shall hold, one fact each; code names in backticks may be missing yet.
        ref: The branch to set out from; the main one when empty.
    """
    log = get_run_logger()
    handed = defend(open_town(town), repository, criteria, ref=ref, tell=log.info)
    log.info("%s", handed.line)
    publish_page(f"defender-{handed.name}", handed.report, handed.line)
    return handed
