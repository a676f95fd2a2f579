"""A run that is killed in the middle of a fan-out goes on where it was, and does nothing twice."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL

from gastown.beads.bead import CLOSED
from gastown.convoys.molecule import Molecule, find_molecule, pour
from gastown.convoys.planned import plan_for
from gastown.convoys.run import Run, create_run
from gastown.rehearsal.pace import Pace
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Turn
from gastown.town.town import Town
from tests.blocks.smol import until
from tests.engine.grower import grower
from tests.tasks.oak import make_oak, rows

pytestmark = [pytest.mark.engine, pytest.mark.slow]

COUNT = 4
ONE = """
formula = "one"
[vars]
part = ""
[[steps]]
id = "look"
title = "Look at {{part}}"
[[steps]]
id = "note"
title = "Note {{part}}"
needs = ["look"]
"""
ALL = """
formula = "all"
[[steps]]
id = "survey"
title = "Survey"
on_complete = { for_each = "output.items", bond = "one", vars = { part = "{item}" } }
[[steps]]
id = "first"
title = "First word"
needs = ["survey"]
waits_for = "any-children"
[[steps]]
id = "polish"
title = "Polish"
needs = ["survey"]
waits_for = "all-children"
[steps.loop]
until = "check.output.ok == true"
max = 3
[[steps.loop.body]]
id = "check"
title = "Check"
"""


def turns(**output: Any) -> tuple[Turn, ...]:
    return (Turn(text=json.dumps({"summary": "Done.", "output": output})),)


ANSWERS: Mapping[tuple[str, str, int], tuple[Turn, ...]] = {
    ("polecat", "survey", 1): turns(items=[f"bed {number}" for number in range(COUNT)]),
    **{
        ("polecat", f"survey.{number}.{step}", 1): turns()
        for number in range(COUNT)
        for step in ("look", "note")
    },
    ("polecat", "first", 1): turns(),
    ("polecat", "polish.iter1.check", 1): turns(ok=False),
    ("polecat", "polish.iter2.check", 1): turns(ok=True),
}


@pytest.fixture
def town(tmp_path: Path) -> Generator[Town]:
    with RehearsalServer(Script(ANSWERS), pace=Pace(first_token_s=0.2)) as server:
        town = make_oak(tmp_path, rows(server.url, near=["polecat"], sandboxes=2))
        folder = town.root / "formulas"
        folder.mkdir(exist_ok=True)
        (folder / "one.formula.toml").write_text(ONE)
        (folder / "all.formula.toml").write_text(ALL)
        yield town


def poured(town: Town) -> Molecule:
    convoy = create_run(town.ledger, town.config, Run(formula="all"))
    return pour(town.ledger, plan_for(town, convoy, "all", {}))


def closed(town: Town, convoy: str) -> set[str]:
    """Keys of the steps that are closed."""
    molecule = find_molecule(town.ledger, convoy)
    assert molecule is not None
    beads = town.ledger.children(molecule.id)
    return {str(bead.metadata["key"]) for bead in beads if bead.status == CLOSED}


def kill_in_the_fan_out(town: Town, convoy: str) -> None:
    """Let another process drive it, and kill that when one of its looks is closed."""
    argv = [sys.executable, "-m", "tests.engine.grower", str(town.root), convoy]
    env = {**os.environ, "PREFECT_API_URL": PREFECT_API_URL.value() or ""}
    process = subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: any(key.startswith("survey.") for key in closed(town, convoy) - {"survey"}))
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_what_was_done_before_the_kill_is_not_done_again_and_all_of_it_gets_done(town: Town):
    molecule = poured(town)
    convoy = molecule.plan.convoy
    kill_in_the_fan_out(town, convoy)
    before, last = closed(town, convoy), town.ledger.events()[-1].seq
    assert "survey" in before
    assert len(before) < 2 * COUNT

    end = grower(str(town.root), convoy)

    assert end.landed, end.errors
    assert closed(town, convoy) == end.plan.by_key.keys()
    names = {f"survey.{number}.{step}" for number in range(COUNT) for step in ("look", "note")}
    assert names < end.plan.by_key.keys()
    keys = {bead.id: str(bead.metadata["key"]) for bead in town.ledger.children(molecule.id)}
    assert Counter(keys.values()) == dict.fromkeys(end.plan.by_key, 1)
    events = [event for event in town.ledger.events() if event.bead in keys]
    again = {keys[one.bead] for one in events if one.seq > last and one.kind == "claimed"}
    assert not again & before
    assert Counter(keys[one.bead] for one in events if one.kind == "closed") == dict.fromkeys(
        end.plan.by_key, 1
    )
