"""A formula with a gate in its file, from the command that runs it to its landing."""

import json

import pytest

from deployments.up import up
from gastown.cli.demo.world import INPUT
from gastown.convoys.molecule import find_molecule, recorded
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Turn
from tests.landing.test_starting import town_command
from tests.landing.towns import grounds as founded
from tests.landing.towns import silent
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]

SHIP = """
formula = "ship"
[[steps]]
id = "draft"
title = "Draft the news"
description = "In one line."
[[steps]]
id = "ship"
title = "Ship it"
description = "To everybody."
needs = ["draft"]
gate = { type = "human", timeout = "2d" }
[steps.metadata.form]
version = { required = true }
"""


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    """The demo's town with that formula, up."""
    script = Script.load(INPUT / "answers")
    for step in ("draft", "ship"):
        done = Turn(json.dumps({"summary": f"Did {step}."}))
        script.sessions["polecat", step, 1] = (done,)
    with founded(tmp_path_factory.mktemp("harbour"), script=script) as standing:
        folder = standing.town.layout.formulas
        folder.mkdir(exist_ok=True)
        (folder / "ship.formula.toml").write_text(SHIP)
        up(standing.town, silent)
        yield standing


def test_a_step_behind_a_gate_runs_when_a_person_opens_it_and_can_read_the_answer(harbour):
    town = harbour.town

    def said(*tokens: str):
        done = town_command(town.root, *tokens)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    convoy = said("formula", "run", "ship")["convoy"]
    until(lambda: [one for one in said("gate", "list") if one["run"]])
    (gate,) = said("gate", "list")
    molecule = find_molecule(town.ledger, convoy)
    assert molecule is not None
    assert gate["id"] == molecule.beads["ship.gate-human"]
    assert recorded(town.ledger.show(molecule.beads["draft"])).summary == "Did draft."
    until(lambda: said("convoy", "launch", convoy, "--formula", "ship")["waits_for"])
    answered = said("gate", "resolve", gate["id"], "--set", "version=1.2")

    assert answered["resumed"] is True
    until(lambda: town.ledger.show(convoy).closed_at)
    assert recorded(town.ledger.show(molecule.beads["ship"])).summary == "Did ship."
