"""`town defend`, `town polecat`, `town review`: a role on one repository, without a convoy."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import RenderableType

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table, tell
from gastown.rigs.review.handed import Handed

From = Annotated[str, Parameter(name="--from", help="The branch to set out from. [default: main]")]
Criteria = Annotated[tuple[str, ...], Parameter(name="--criterion", negative=())]


def defend(repository: str, /, *criteria: str, from_: From = "", options: Options = PLAIN) -> int:
    """Write the tests that fail until the criteria are met, on a new branch.

    They are run: red for the right reason counts, anything else goes back to the model.

    Args:
        repository: A rig of the town, or the folder of a git checkout, which is not touched.
        criteria: What shall hold, one fact each; code names in backticks may be missing yet.
        from_: The branch to set out from.
    """
    from tasks.alone import defend as work

    return _told(work(options.open(), repository, criteria, ref=from_, tell=tell), options)


def polecat(repository: str, change: str, /, *, from_: From = "", options: Options = PLAIN) -> int:
    """Carry out one change on a new branch, until every test is green.

    Args:
        repository: A rig of the town, or the folder of a git checkout, which is not touched.
        change: What is to change.
        from_: The branch to set out from, e.g. one that `town defend` made.
    """
    from tasks.alone import implement

    return _told(implement(options.open(), repository, change, ref=from_, tell=tell), options)


def review(
    repository: str,
    branch: str,
    /,
    *,
    asked: str = "",
    criterion: Criteria = (),
    onto: str = "",
    options: Options = PLAIN,
) -> int:
    """Read what a branch changes: by code, then by the Refinery's model. Nothing is merged.

    Exit code 1 when it should not be merged as it is.

    Args:
        repository: A rig of the town, or the folder of a git checkout, which is not touched.
        branch: The branch to read.
        asked: What it is for. [default: its commit messages]
        criterion: What it shall meet; may be given more than once.
        onto: The branch that it is to be merged into. [default: the main one]
    """
    from tasks.alone import review as work

    town = options.open()
    done = work(town, repository, branch, asked=asked, criteria=criterion, onto=onto, tell=tell)
    return _told(done, options)


def _told(handed: Handed, options: Options) -> int:
    data = {"good": handed.good, "line": handed.line, **handed.model_dump(mode="json")}
    show(options, data, *_shown(handed))
    return int(not handed.good)


def _shown(handed: Handed) -> Iterator[RenderableType]:
    yield handed.line
    yield f"tests: {handed.tests}"
    yield from (f"  {reason}" for reason in handed.reasons)
    if coverage := handed.facts.get("coverage"):
        yield str(coverage)
    found: list[Mapping[str, Any]] = list(handed.facts.get("findings", ()))
    if found:
        rows = [(f"{one['file']}:{one['line']}", one["rule"], one["text"]) for one in found]
        yield table("found by code", ("place", "rule", "what"), rows)
    judged: list[Mapping[str, Any]] = list(handed.facts.get("criteria", ()))
    if judged:
        rows = [(one["met"], one["criterion"], one["evidence"]) for one in judged]
        yield table("criteria", ("met", "criterion", "evidence"), rows)
    yield f"report: {Path(handed.folder) / 'report.md'}"
