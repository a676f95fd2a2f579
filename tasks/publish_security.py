"""publish_standing: a rig's findings as a Prefect artifact, a new version at each scan."""

import re

from prefect.artifacts import create_markdown_artifact
from prefect.context import FlowRunContext, TaskRunContext

from gastown.security.follow import Standing


def publish_standing(name: str, standing: Standing, page: str) -> None:
    """Show the page in the UI; outside a run there is no UI to show it in."""
    if FlowRunContext.get() is None and TaskRunContext.get() is None:
        return
    key = re.sub(r"[^a-z0-9]+", "-", f"security-{name}".lower()).strip("-")
    create_markdown_artifact(markdown=page, key=key, description=standing.line)
