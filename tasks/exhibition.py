"""exhibit: what the Spotter saw, as artifacts of the Prefect run that it looked in."""

import re
from base64 import b64encode

from prefect.artifacts import create_image_artifact, create_markdown_artifact
from prefect.context import FlowRunContext, TaskRunContext

from gastown.rigs.truth.report import markdown
from tasks.sight import Sight

_UNFIT = re.compile(r"[^a-z0-9]+")


def exhibit(sight: Sight, name: str) -> None:
    """Show claims, verdicts and the picture that matters most; outside of a run, nothing is shown.

    The picture travels in the address itself: the UI has no place to fetch a file from.
    """
    if FlowRunContext.get() is None and TaskRunContext.get() is None:
        return
    key = _UNFIT.sub("-", f"spotter-{name}".lower()).strip("-")
    where = f"\n\nWith pictures: `{sight.folder / 'report.html'}`" if sight.folder else ""
    create_markdown_artifact(
        markdown=markdown(sight.report) + where, key=key, description=sight.line
    )
    if sight.strip is not None:
        create_image_artifact(
            image_url=f"data:image/png;base64,{b64encode(sight.strip).decode()}",
            key=f"{key}-picture",
            description=f"{sight.report.title}: reference, captured, difference",
        )
