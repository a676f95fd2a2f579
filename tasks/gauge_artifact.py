"""publish_gauge: what the Gauger found and built, as artifacts of the Prefect run it worked in."""

import re
from pathlib import Path

from prefect.artifacts import create_link_artifact, create_markdown_artifact
from prefect.context import FlowRunContext, TaskRunContext

from gastown.rigs.gauge.result import GaugeResult

_UNFIT = re.compile(r"[^a-z0-9]+")


def publish_gauge(result: GaugeResult, name: str) -> None:
    """A page, and a link to each product; outside of a run, nothing is shown."""
    if FlowRunContext.get() is None and TaskRunContext.get() is None:
        return
    key = _UNFIT.sub("-", f"gauger-{name}".lower()).strip("-")
    create_markdown_artifact(result.markdown(), key=key, description=result.line)
    for build in result.builds:
        if build.status == "built":
            link = (Path(result.folder) / build.product).resolve().as_uri()
            suffix = _UNFIT.sub("-", build.name.lower()).strip("-")
            create_link_artifact(
                link, link_text=build.preset, key=f"{key}-{suffix}", description=build.line
            )
