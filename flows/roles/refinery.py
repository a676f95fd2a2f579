"""refinery: a branch read by code and by a model; deployed as `refinery`.

Started from the UI's form, or called: no convoy, and nothing is merged.
"""

from typing import Annotated

from prefect import flow, get_run_logger
from pydantic import Field

from blocks.town import open_town
from gastown.rigs.review.handed import Handed
from tasks.alone import review
from tasks.publish_pages import publish_page


@flow(name="refinery", flow_run_name="review {branch} of {repository}", persist_result=False)
def refinery(
    town: str,
    repository: Annotated[str, Field(min_length=1)],
    branch: Annotated[str, Field(min_length=1)],
    asked: str = "",
    criteria: tuple[str, ...] = (),
    onto: str = "",
) -> Handed:
    """Say whether a branch should be merged, and what should change first.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        repository: A rig of the town, or the folder of a git checkout.
        branch: The branch to read.
        asked: What it is for; its commit messages when empty.
        criteria: What it shall meet; each is judged.
        onto: The branch that it is to be merged into; the main one when empty.
    """
    log = get_run_logger()
    opened = open_town(town)
    handed = review(
        opened, repository, branch, asked=asked, criteria=criteria, onto=onto, tell=log.info
    )
    log.info("%s", handed.line)
    publish_page(f"refinery-{handed.name}", handed.report, handed.line)
    return handed
