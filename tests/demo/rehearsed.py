"""The demo without a town: its answers applied to copies of its rigs, tests run after each."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from gastown.agents.tools import WorktreeTools
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Turn
from gastown.town.config import RigTable

DEMO = Path(__file__).parents[2] / "examples" / "demo"
BEADS: list[dict[str, Any]] = tomllib.loads((DEMO / "beads.toml").read_text("utf-8"))["beads"]
RIGS: dict[str, Any] = tomllib.loads((DEMO / "rigs.toml").read_text("utf-8"))["rigs"]
GODOT = os.environ.get("GODOT_BIN") or shutil.which("godot") or shutil.which("godot4") or ""


@dataclass
class Walk:
    """What the tests of a rig showed, and how it looked, after each submission."""

    rig: Path
    at_start: Mapping[str, bool]
    red: dict[str, Mapping[str, bool]] = field(default_factory=dict)
    submitted: dict[str, list[Mapping[str, bool]]] = field(default_factory=dict)


def walk(rig: str, folder: Path) -> Walk:
    """Every bead of the rig in order: the Defender's tests, each round of Polecat and Refinery."""
    script, copy = Script.load(DEMO / "answers"), copied(rig, folder)
    done = Walk(copy, run_tests(copy))
    for slug in [bead["slug"] for bead in BEADS if bead["rig"] == rig]:
        say(script, copy, ("defender", slug, 1))
        done.red[slug] = run_tests(copy)
        done.submitted[slug] = [
            shown
            for round_ in (1, 2)
            for role in ("polecat", "refinery")
            for shown in say(script, copy, (role, slug, round_), show=True)
        ]
    say(script, copy, ("librarian", rig, 1))
    return done


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
) -> list[Mapping[str, bool]]:
    """Apply a session's turns with its role's tools; with `show`, run the tests after each."""
    shown: list[Mapping[str, bool]] = []
    for turn in script.sessions.get(session, ()):
        apply(tools_of(session[0], rig), turn)
        if show:
            shown.append(run_tests(rig))
    return shown


def tools_of(role: str, rig: Path) -> WorktreeTools:
    """The role's own hands: what it may not write, its answers cannot either."""
    table = RigTable.model_validate({**RIGS[rig.name], "origin": "elsewhere"})
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


def run_tests(rig: Path) -> Mapping[str, bool]:
    """Whether each test file is green, by its path in the rig; for real."""
    return _godot(rig) if (rig / "project.godot").exists() else _pytest(rig)


def _pytest(rig: Path) -> Mapping[str, bool]:
    report = rig.parent / "report.xml"
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:randomly", f"--junitxml={report}"]
    run(rig, sys.executable, "-B", "-m", "pytest", "--continue-on-collection-errors", *options)
    files: dict[str, bool] = {}
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - our own pytest wrote it
        module = case.get("classname") or case.get("name") or ""
        green = case.find("failure") is None and case.find("error") is None
        name = module.replace(".", "/") + ".py"
        files[name] = files.get(name, True) and green
    return files


def _godot(rig: Path) -> Mapping[str, bool]:
    options = ["--headless", "--path", ".", "--script", "res://tests/run_tests.gd"]
    lines = run(rig, GODOT, *options).splitlines()
    (line,) = [line for line in lines if line.startswith('{"passed"')]
    files: dict[str, bool] = {}
    for result in json.loads(line)["results"]:
        files[result["file"]] = files.get(result["file"], True) and result["passed"]
    return files


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
