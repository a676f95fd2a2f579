"""The demo without a town: its answers applied to copies of its rigs, tests run after each."""

import os
import shutil
import subprocess
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gastown.agents.jail.unjailed import Unjailed
from gastown.agents.tools import WorktreeTools
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Turn
from gastown.rigs.gauge.gauge import run_gauge
from gastown.rigs.redness import Redness, judge_redness, names_in
from gastown.rigs.report import TestReport
from gastown.town.tables.rigs import RigTable

DEMO = Path(__file__).parents[2] / "examples" / "demo"
BEADS: list[dict[str, Any]] = tomllib.loads((DEMO / "beads.toml").read_text("utf-8"))["beads"]
RIGS: dict[str, Any] = tomllib.loads((DEMO / "rigs.toml").read_text("utf-8"))["rigs"]


@dataclass
class Walk:
    """What the tests of a rig showed, from the start and after each submission."""

    at_start: TestReport
    redness: dict[str, Redness] = field(default_factory=dict[str, Redness])
    submitted: dict[str, list[TestReport]] = field(default_factory=dict[str, list[TestReport]])


def walk(rig: str, folder: Path) -> Walk:
    """Every bead of the rig in order: the Defender's tests, each round of Polecat and Refinery."""
    script, copy = Script.load(DEMO / "answers"), copied(rig, folder)
    before = run_tests(copy)
    done = Walk(before)
    for bead in [bead for bead in BEADS if bead["rig"] == rig]:
        slug = bead["slug"]
        say(script, copy, ("defender", slug, 1))
        after = run_tests(copy)
        names = names_in(bead["title"], bead["description"], bead["acceptance_criteria"])
        done.redness[slug] = judge_redness(before, after, [defended(bead)], names)
        done.submitted[slug] = [
            shown
            for round_ in (1, 2)
            for role in ("polecat", "refinery")
            for shown in say(script, copy, (role, slug, round_), show=True)
        ]
        before = done.submitted[slug][-1]
    return done


def defended(bead: Mapping[str, Any]) -> str:
    """The file in which the Defender writes the bead's tests."""
    ending = "py" if bead["rig"] == "scorekeeper" else "gd"
    return f"tests/test_{bead['slug'].replace('-', '_')}.{ending}"


def finished(rig: str, folder: Path) -> Path:
    """A copy of the rig with every bead merged, tests not run."""
    script, copy = Script.load(DEMO / "answers"), copied(rig, folder)
    for slug in [bead["slug"] for bead in BEADS if bead["rig"] == rig]:
        for round_ in (1, 2):
            for role in ("defender", "polecat", "refinery"):
                say(script, copy, (role, slug, round_))
    say(script, copy, ("librarian", rig, 1))
    return copy


def copied(rig: str, folder: Path) -> Path:
    """A fresh copy of a rig."""
    return Path(shutil.copytree(DEMO / "rigs" / rig, folder / rig))


def say(
    script: Script, rig: Path, session: tuple[str, str, int], *, show: bool = False
) -> list[TestReport]:
    """Apply a session's turns with its role's tools; with `show`, run the tests after each."""
    shown: list[TestReport] = []
    for turn in script.sessions.get(session, ()):
        apply(tools_of(session[0], rig), turn)
        if show:
            shown.append(run_tests(rig))
    return shown


def tools_of(role: str, rig: Path) -> WorktreeTools:
    """The role's own hands: what it may not write, its answers cannot either."""
    table = table_of(rig)
    match role:
        case "defender":
            return WorktreeTools(rig, writable=table.tests)
        case "librarian":
            return WorktreeTools(rig, writable=table.docs)
        case _:
            return WorktreeTools(rig, read_only=table.tests)


def apply(tools: WorktreeTools, turn: Turn) -> None:
    """Do what the turn's calls say; a refusal is an error."""
    for call in turn.calls:
        if call.name == "submit":
            continue
        seen = tools.execute(call.name, call.arguments)
        if seen.fault:
            raise ValueError(seen.text)


def run_tests(rig: Path) -> TestReport:
    """The rig's tests, run as the Gauger runs them; the input is ours, so no jail is needed."""
    table = table_of(rig).gauge
    with tempfile.TemporaryDirectory(dir=rig.parent) as out:
        return run_gauge(table, rig, Path(out), Unjailed())


def table_of(rig: Path) -> RigTable:
    """The rig's table of town.toml."""
    return RigTable.model_validate({**RIGS[rig.name], "origin": "elsewhere"})


def git(folder: Path, *commands: str) -> None:
    """Run git commands as a person who is nobody in particular; a failure is an error."""
    who = [option for name in ("name", "email") for option in ("-c", f"user.{name}=demo")]
    for command in commands:
        subprocess.run(["git", *who, *command.split()], cwd=folder, check=True, timeout=60)


def run(folder: Path, *command: str) -> str:
    """Run a command with a home of its own and return what it printed; its code is not judged."""
    home = folder.parent / "home"
    home.mkdir(exist_ok=True)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout
