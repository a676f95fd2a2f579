"""`town formula …` shows, checks and cooks; it runs nothing."""

import subprocess
import sys

import pytest

from gastown.cli.formula import ROLES

WATER = """\
formula = "water"
description = "Water all."
version = 1
type = "workflow"

[vars.litres]
default = "5"

[[steps]]
id = "fill"
title = "Fill {{litres}} litres"

[[steps]]
id = "pour"
title = "Pour"
needs = ["fill"]
"""


@pytest.fixture
def water(oak):
    (oak / "formulas").mkdir()
    path = oak / "formulas" / "water.formula.toml"
    path.write_text(WATER)
    return path


def test_the_towns_own_formulas_are_listed_with_ours(cli, water):
    found = {one["name"]: one for one in cli("formula", "list", "--json").json}

    assert found["water"]["steps"] == 2
    assert found["water"]["source"] == str(water)
    assert "convoy" in found
    assert "water" in cli("formula", "list").out


def test_a_broken_formula_is_listed_as_broken(cli, water):
    water.write_text("formula = ")

    found = {one["name"]: one for one in cli("formula", "list", "--json").json}

    assert found["water"]["errors"]
    assert "broken" in cli("formula", "list").out


def test_cook_prints_the_plan_with_its_values(cli, water):
    plan = cli("formula", "cook", "water", "--set", "litres=9", "--json").json

    assert [step["key"] for step in plan["steps"]] == ["fill", "pour"]
    assert plan["steps"][0]["title"] == "Fill 9 litres"
    assert "Pour" in cli("formula", "cook", "water").out


def test_cook_over_a_convoy_fans_out_over_its_beads(cli, oak):
    bead = cli("bead", "create", "Dig", "-r", "garden", "--json").json["id"]
    convoy = cli("convoy", "create", "Spring", bead, "--json").json["id"]

    plan = cli("formula", "cook", "convoy", "--convoy", convoy, "--json").json

    assert f"work[{bead}]" in [step["key"] for step in plan["steps"]]


@pytest.mark.parametrize("pair", ["litres", "=9", "colour=red"])
def test_a_value_that_does_not_fit_is_refused(cli, water, pair):
    assert cli("formula", "cook", "water", "--set", pair).code == 2


def test_a_value_given_twice_is_refused(cli, water):
    answer = cli("formula", "cook", "water", "-s", "litres=1", "-s", "litres=2")

    assert "given twice" in answer.err


def test_show_names_variables_and_steps(cli, water):
    shown = cli("formula", "show", "water")

    assert "litres" in shown.out
    assert "fill" in shown.out
    assert cli("formula", "show", "water", "--json").json["name"] == "water"


def test_lint_ends_with_1_when_something_is_wrong(cli, water):
    assert cli("formula", "lint", "water", "convoy").code == 0
    water.write_text(WATER.replace('needs = ["fill"]', 'needs = ["fil"]'))

    answer = cli("formula", "lint", "water", "--json")

    assert answer.code == 1
    assert "error" in [one["severity"] for one in answer.json]
    assert "fil" in cli("formula", "lint", "water").out


def test_the_roles_that_lint_knows_are_those_that_are_played():
    code = "from tasks.stages import STAGES; print(*sorted(STAGES))"
    played = subprocess.check_output([sys.executable, "-W", "ignore", "-c", code], text=True)

    assert played.split() == sorted(ROLES)
