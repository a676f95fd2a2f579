"""Gauger: runs a rig's tests on main and judges by their report, then builds each assembly.

It runs commands and needs no model.
"""

from pathlib import Path

from gastown.errors import StageFailedError
from gastown.rigs.gauge.build import Build
from gastown.rigs.gauge.result import GaugeResult
from gastown.rigs.git import Repo
from gastown.rigs.worktree import snapshot
from gastown.stage import StageResult
from tasks.building import Yard
from tasks.desk import Desk
from tasks.gauge_artifact import publish_gauge
from tasks.rigs import main_ref, red_text
from tasks.surroundings import around_of


def gauger(desk: Desk) -> StageResult:
    """Test the rig as it is on main; when it is green, build every assembly and preset.

    Raises StageFailedError when a test is red, or a build fails.
    """
    Repo(desk.layout.canonical).fetch()
    commit = Repo(desk.layout.canonical).rev(main_ref(desk))
    out = desk.town.layout.build(desk.request.convoy, desk.rig).parent
    with snapshot(desk.layout, f"gauger-{desk.request.convoy}", commit) as worktree:
        report = desk.gauge(worktree)
        builds = _builds(desk, worktree, out) if report.green else ()
    kind = desk.table.gauge.kind
    result = GaugeResult(
        name=desk.rig, commit=commit, kind=kind, tests=report, builds=builds, folder=str(out)
    )
    publish_gauge(result, f"{desk.request.convoy}-{desk.rig}")
    return _result(desk, result)


def _builds(desk: Desk, worktree: Path, out: Path) -> tuple[Build, ...]:
    yard = Yard(desk.rig, worktree, out, desk.jail, around_of(desk.town))
    return yard.build_all(desk.table)


def _result(desk: Desk, result: GaugeResult) -> StageResult:
    if not result.tests.green:
        raise StageFailedError(f"{desk.rig} at {result.commit[:10]}: {red_text(result.tests)}")
    for build in result.builds:
        if build.status == "failed":
            raise StageFailedError(f"building {build.preset}: {'; '.join(build.problems)}")
    built = {one.name: _place(desk, result, one) for one in result.builds if one.status == "built"}
    skipped = [build.line for build in result.builds if build.status == "skipped"]
    said = [f"built {', '.join(built)}"] * bool(built) + skipped
    return StageResult(
        summary="; ".join([result.tests.line, *said]),
        evidence={
            "commit": result.commit,
            "tests": result.tests.line,
            "builds": built,
            "skipped": skipped,
        },
    )


def _place(desk: Desk, result: GaugeResult, build: Build) -> str:
    """A product's path from the town's root."""
    return str((Path(result.folder) / build.product).relative_to(desk.town.root))
