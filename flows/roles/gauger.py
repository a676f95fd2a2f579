"""gauger: a repository tested and built; deployed as `gauger`.

Started from the UI's form, or called: no convoy, and nothing in the repository changes.
"""

from typing import Annotated, Literal

from prefect import flow, get_run_logger
from pydantic import Field

from blocks.town import open_town
from gastown.rigs.gauge.result import GaugeResult
from gastown.town.tables.gauge import Kind
from tasks.gauge_alone import Wish, gauge_alone
from tasks.gauge_artifact import publish_gauge


@flow(name="gauger", flow_run_name="gauge {repository}", persist_result=False)
def gauger(
    town: str,
    repository: Annotated[str, Field(min_length=1)],
    kind: Literal["", Kind] = "",
    only: tuple[str, ...] = (),
    presets: tuple[str, ...] = (),
    *,
    build: bool = True,
) -> GaugeResult:
    """Test a repository, and build it where it is green.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        repository: A rig of the town, or the folder of a git checkout.
        kind: How its tests run; by its table, else told by its files.
        only: Test files or folders, from its root; all when empty.
        presets: Presets of a Godot project to build, beside those of its table.
        build: Whether anything is built.
    """
    log = get_run_logger()
    wish = Wish(kind=kind, only=only, presets=presets, build=build)
    result = gauge_alone(open_town(town), repository, wish, log.info)
    log.info("%s", result.line)
    publish_gauge(result, f"alone-{result.name}")
    return result
