"""gauge_alone: the Gauger outside a convoy, on a rig or on any checkout."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from gastown.agents.jail import find_jail
from gastown.errors import ConfigError
from gastown.rigs.gauge.build import Build
from gastown.rigs.gauge.detect import detect
from gastown.rigs.gauge.gauge import run_gauge
from gastown.rigs.gauge.result import GaugeResult
from gastown.rigs.lock import file_lock
from gastown.town.tables.gauge import GaugeTable
from gastown.town.tables.rigs import RigTable
from gastown.town.town import Town
from tasks.building import Yard
from tasks.room import room
from tasks.surroundings import around_of
from tasks.visit import Visit, visit

ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Wish:
    """What of a repository is gauged, and how, where its own configuration does not say.

    Args:
        kind: A kind of `[gauge]`; by its table, else told by its files.
        only: Test files or folders, from the repository's root; all when empty.
        presets: Presets to build, beside those of its table.
        build: Whether anything is built.
    """

    kind: str = ""
    only: tuple[str, ...] = ()
    presets: tuple[str, ...] = ()
    build: bool = True


def gauge_alone(
    town: Town,
    repository: str,
    wish: Wish | None = None,
    tell: Callable[[str], object] = lambda _: None,
) -> GaugeResult:
    """Test what is committed on a repository's main branch, and build it where it is green.

    Reports, logs and products stay in the town's `builds/alone/NAME` until the next time. It waits
    for a place on this PC, and holds it meanwhile.

    Raises:
        NotFoundError: There is no such repository.
        GitError: It cannot be read.
        ConfigError: Nothing tells how its tests run, or its table cannot be followed.
    """
    wish = wish or Wish()
    with visit(town, repository) as found:
        table = _table(found, wish)
        out = town.layout.build(ALONE, found.name)
        with (
            file_lock(out.with_name(f"{out.name}.lock")),
            room(town, "gauger", title=f"gauge {found.name}", tell=tell),
        ):
            return _gauged(found, table, wish, out, tell)


def _gauged(
    found: Visit, table: RigTable, wish: Wish, out: Path, tell: Callable[[str], object]
) -> GaugeResult:
    jail = find_jail(found.town.config.machine.jail)
    checkout = found.origin if found.rig is None and isinstance(found.origin, Path) else None
    around = around_of(found.town, checkout)
    tell(f"testing {found.name} at {found.commit[:10]} ({table.gauge.kind}) …")
    report = run_gauge(
        table.gauge, found.worktree, out / "tests", jail, only=wish.only, around=around
    )
    tell(report.line)
    builds: tuple[Build, ...] = ()
    if report.green and wish.build:
        if table.assemblies or table.gauge.build:
            tell("building …")
        builds = Yard(found.name, found.worktree, out, jail, around).build_all(table)
    return GaugeResult(
        name=found.name,
        commit=found.commit,
        kind=table.gauge.kind,
        tests=report,
        builds=builds,
        folder=str(out),
    )


def _table(found: Visit, wish: Wish) -> RigTable:
    """The rig's table, with what was wished for in the place of what it says."""
    if wish.kind and (found.rig is None or found.table.gauge.kind != wish.kind):
        gauge = detect(found.worktree, wish.kind)
        origin = str(found.origin)
        base = found.table if found.rig else RigTable(prefix="visit", origin=origin, gauge=gauge)
        table = base.model_copy(update={"gauge": gauge})
    else:
        table = found.table
    named = {one.preset for one in table.gauge.build}
    more = [{"preset": preset} for preset in wish.presets if preset not in named]
    return table.model_copy(update={"gauge": _with(table.gauge, more)}) if more else table


def _with(gauge: GaugeTable, more: list[dict[str, str]]) -> GaugeTable:
    whole = gauge.model_dump(exclude_unset=True)
    try:
        return GaugeTable.model_validate({**whole, "build": [*whole.get("build", ()), *more]})
    except ValidationError as error:
        raise ConfigError(f"presets: {error.errors()[0]['msg']}") from None
