"""publish_page: a Markdown page as a Prefect artifact, a new version each time."""

import re

from prefect.artifacts import create_markdown_artifact
from prefect.context import FlowRunContext, TaskRunContext


def publish_page(key: str, page: str, description: str) -> None:
    """Show a page in the UI; outside a run there is no UI to show it in."""
    if FlowRunContext.get() is None and TaskRunContext.get() is None:
        return
    slug = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")
    create_markdown_artifact(markdown=page, key=slug, description=description)
