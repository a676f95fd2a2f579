"""bug_scout: public bug reports read, stored and sorted; deployed as `bug-scout`.

Scheduled once the town has a source (docs/schedules.md), or started from the UI's form.
"""

from typing import Annotated

from prefect import flow
from pydantic import Field

from flows.roles.scouting import scouted
from gastown.feedback.report import ScoutReport


@flow(name="bug-scout", flow_run_name="bug-scout", persist_result=False)
def bug_scout(
    town: str,
    sources: tuple[str, ...] = (),
    read: Annotated[int, Field(ge=0)] | None = None,
) -> ScoutReport:
    """Read what players report in public, store it in private, and sort it.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        sources: Names from `[sources.NAME]`; none means all of its own.
        read: Items that a model sorts at most; `[feedback] read_per_run` when nothing is said.
    """
    return scouted(town, "bug-scout", sources, read)
