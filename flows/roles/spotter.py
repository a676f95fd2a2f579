"""spotter: look at a build and hold it against `.truth/`; deployed as `spotter`.

Started from the UI's form, or called: no convoy, and nothing in the repository changes. Claims,
verdicts and the picture that matters most are artifacts of the run; the whole report lies in the
town's private repository.
"""

from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger

from blocks.town import open_town
from gastown.errors import StageFailedError
from tasks.exhibition import exhibit
from tasks.spotting import Aim, spot


@flow(name="spotter", flow_run_name="look at {repository}", persist_result=False)
def spotter(
    town: str,
    repository: str,
    build: str = "",
    truth: str = "",
    assembly: str = "",
    *,
    blind: bool = False,
) -> dict[str, Any]:
    """Capture a build, judge what it shows, report; the run fails when it is not as promised.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        repository: A rig of the town, or a folder: a checkout with `.truth`, or a build.
        build: Folder of the build. Default: the Gauger's newest; for a folder, the folder itself.
        truth: Folder of truth.toml. Default: `.truth` of the repository.
        assembly: Which of the rig's assemblies, where it has several.
        blind: Ask no model; what only looking can settle stays unsure, which is no pass.
    """
    aim = Aim(repository, _path(build), _path(truth), assembly)
    seen = spot(open_town(town), aim, blind=blind, tell=get_run_logger().info)
    exhibit(seen, assembly or Path(repository).name)
    if seen.verdict != "pass":
        raise StageFailedError(f"{seen.report.title}: {seen.line}")
    return {"line": seen.line, "report": str(seen.folder)}


def _path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None
