"""`town truth …`: what a build must show, recorded, and judged by the Spotter."""

import json
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import RenderableType

from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import show, table, tell
from gastown.errors import ConfigError, NotFoundError
from gastown.rigs.truth.record import starter
from gastown.rigs.truth.report import MARKS, Report, render
from gastown.town.town import Town

app = group("truth", "Truth: what a build must show, and whether it does.")


@app.command
def init(folder: Path = Path(), /, *, options: Options = PLAIN) -> None:
    """Write a first `.truth` into a checkout, guessed from what lies there; edit it, then record.

    Args:
        folder: The checkout.
    """
    root = folder.expanduser()
    if not root.is_dir():
        raise NotFoundError(f"{root}: no such folder")
    truth = root / ".truth"
    if truth.exists():
        raise ConfigError(f"{truth} exists already; edit it, or remove it first")
    files = starter(root)
    for name, text in files.items():
        path = truth / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    said = f"{truth}: edit it, then: town truth record {folder} --build FOLDER"
    show(options, {"folder": str(truth), "files": sorted(files)}, said)


@app.command
def record(
    target: str,
    /,
    *,
    build: Path | None = None,
    truth: Path | None = None,
    assembly: str = "",
    scenario: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    into: Path | None = None,
    options: Options = PLAIN,
) -> None:
    """Capture a build and make what it shows the reference; look at the pictures yourself.

    Args:
        target: A rig, or a folder: a checkout with `.truth`, or a build.
        build: Folder of the build. [default: the Gauger's newest; for a folder, itself]
        truth: Folder of truth.toml. [default: .truth of the target]
        assembly: Which of the rig's assemblies, where it has several.
        scenario: Only these.
        into: The `.truth` that the references go into. [default: where truth.toml is]
    """
    from tasks.spotting import Aim, record_truth

    tell(f"capturing {target} …")
    town = _town(options)
    done = record_truth(town, Aim(target, build, truth, assembly, scenario), into, tell=tell)
    rows = [(one.place, one.change) for one in done]
    data = [{"place": place, "change": change} for place, change in rows]
    said = "Look at each of them: what they show is what every later build is held against."
    show(options, data, table("references", ("picture", ""), rows), *([said] if rows else []))


@app.command
def check(
    target: str,
    /,
    *,
    build: Path | None = None,
    truth: Path | None = None,
    assembly: str = "",
    scenario: Annotated[tuple[str, ...], Parameter(negative=())] = (),
    blind: bool = False,
    options: Options = PLAIN,
) -> int:
    """Capture a build and judge every claim. Exit code 1 unless all of them hold.

    Args:
        target: A rig, or a folder: a checkout with `.truth`, or a build.
        build: Folder of the build. [default: the Gauger's newest; for a folder, itself]
        truth: Folder of truth.toml. [default: .truth of the target]
        assembly: Which of the rig's assemblies, where it has several.
        scenario: Only these.
        blind: Ask no model; what only looking can settle stays unsure, which is no pass.
    """
    from tasks.spotting import Aim, spot

    town = options.open()
    tell(f"capturing and judging {target} …")
    seen = spot(town, Aim(target, build, truth, assembly, scenario), blind=blind, tell=tell)
    report = str(seen.folder / "report.html") if seen.folder else ""
    data: dict[str, Any] = json.loads(render(seen.report)["report.json"])
    show(options, {**data, "report": report}, *_shown(seen.report), seen.line, report)
    return int(seen.verdict != "pass")


def _town(options: Options) -> Town | None:
    """The town, where there is one: references of a folder can be made without."""
    try:
        return options.open()
    except NotFoundError:
        return None


def _shown(report: Report) -> list[RenderableType]:
    rows = [
        (one.scenario, one.number or "", one.claim, MARKS[one.verdict], _short(one.evidence))
        for one in report.sightings
    ]
    return [table(report.title, ("scenario", "", "claim", "verdict", "what shows it"), rows)]


def _short(text: str) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= 160 else f"{joined[:159]}…"  # noqa: PLR2004 - two lines
