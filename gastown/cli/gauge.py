"""`town gauge`: the Gauger on one repository, without a convoy."""

from collections.abc import Iterator

from rich.console import RenderableType

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table, tell
from gastown.rigs.gauge.result import SHOWN, GaugeResult


def gauge(
    repository: str,
    /,
    *,
    only: tuple[str, ...] = (),
    kind: str = "",
    preset: tuple[str, ...] = (),
    no_build: bool = False,
    options: Options = PLAIN,
) -> int:
    """Test a repository as it is committed on its main branch, and build it where it is green.

    The repository itself is not touched. Exit code 1 when it is not green, or a build failed.

    Args:
        repository: A rig of the town, or the folder of a git checkout.
        only: A test file or folder, from the repository's root; may be given more than once.
        kind: How its tests run, a kind of docs/gauge.md. [default: its table's, else by its files]
        preset: A preset of its Godot project to build; may be given more than once.
        no_build: Only test.
    """
    from tasks.gauge_alone import Wish, gauge_alone

    wish = Wish(kind=kind, only=only, presets=preset, build=not no_build)
    result = gauge_alone(options.open(), repository, wish, tell)
    data = {"good": result.good, "line": result.line, **result.model_dump(mode="json")}
    show(options, data, *_shown(result))
    return int(not result.good)


def _shown(result: GaugeResult) -> Iterator[RenderableType]:
    yield result.line
    yield from (f"  problem: {problem}" for problem in result.tests.problems)
    if result.tests.red:
        rows = [
            (case.file, case.name, case.status, case.message[:300])
            for case in result.tests.red[:SHOWN]
        ]
        yield table("red", ("file", "test", "status", "message"), rows)
    if result.builds:
        rows = [
            (one.preset, one.status, one.booted, one.product, "\n".join(one.problems))
            for one in result.builds
        ]
        yield table("builds", ("preset", "status", "first start", "product", "problems"), rows)
    yield f"logs and reports: {result.folder}"
