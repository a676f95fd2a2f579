"""publish_gauge: what the Gauger found and built, as artifacts of the Prefect run it worked in."""

import re
from pathlib import Path

from prefect.artifacts import create_link_artifact, create_markdown_artifact
from prefect.context import FlowRunContext, TaskRunContext

from gastown.rigs.gauge.result import GaugeResult

LOG = "build.log"
_UNFIT = re.compile(r"[^a-z0-9]+")


def publish_gauge(result: GaugeResult, name: str) -> None:
    """A page, and links to each build's product and log; outside of a run, nothing is shown."""
    if FlowRunContext.get() is None and TaskRunContext.get() is None:
        return
    key = _UNFIT.sub("-", f"gauger-{name}".lower()).strip("-")
    create_markdown_artifact(result.markdown(), key=key, description=result.line)
    folder = Path(result.folder).resolve()
    for build in result.builds:
        one = f"{key}-{_UNFIT.sub('-', build.name.lower()).strip('-')}"
        if build.status == "built":
            link = (folder / build.product).as_uri()
            create_link_artifact(link, link_text=build.preset, key=one, description=build.line)
        log = folder / build.name / LOG
        if log.is_file():
            text = f"log of {build.preset}"
            create_link_artifact(log.as_uri(), link_text=text, key=f"{one}-log")
