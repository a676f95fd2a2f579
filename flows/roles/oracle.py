"""oracle: public discussions read, stored and sorted; deployed as `oracle`.

Scheduled once the town has a source (docs/schedules.md), or started from the UI's form.
"""

from typing import Annotated

from prefect import flow
from pydantic import Field

from flows.roles.scouting import scouted
from gastown.feedback.report import ScoutReport


@flow(name="oracle", flow_run_name="oracle", persist_result=False)
def oracle(
    town: str,
    sources: tuple[str, ...] = (),
    read: Annotated[int, Field(ge=0)] | None = None,
) -> ScoutReport:
    """Read what players say in public discussions, store it in private, and sort it.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        sources: Names from `[sources.NAME]`; none means all of its own.
        read: Items that a model sorts at most; `[feedback] read_per_run` when nothing is said.
    """
    return scouted(town, "oracle", sources, read)
