"""`town formula …` shows, checks and cooks; it runs nothing."""

import json
import subprocess
import sys

import pytest

from gastown.catalogue.roles import ROLES

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


def test_every_kind_is_listed_and_shown_with_what_it_does(cli, water):
    found = {one["name"]: one for one in cli("formula", "list", "--json").json}
    review = cli("formula", "show", "code-review").out
    rounds = cli("formula", "show", "polecat-work-tdd", "--json").json

    assert (found["code-review"]["type"], found["code-review"]["steps"]) == ("convoy", 7)
    assert (found["write-test-mend"]["type"], found["write-test-mend"]["steps"]) == ("expansion", 3)
    assert found["polecat-work-tdd"]["steps"] == 7
    assert "synthesis" in review
    assert "pr_number" in review
    assert [step["id"] for step in rounds["steps"]][:2] == ["understand", "tests"]


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


def test_lint_reads_the_towns_overlay_too(cli, oak, water):
    folder = oak / "formula-overlays"
    folder.mkdir()
    (folder / "water.toml").write_text('[[step-overrides]]\nstep_id = "fil"\nmode = "skip"\n')

    answer = cli("formula", "lint", "water")

    assert answer.code == 1
    assert "did you mean fill?" in answer.out


def test_lint_knows_every_role_that_has_a_stage_and_those_that_only_do_what_a_text_says():
    code = "from tasks.stages import STAGES; print(*sorted(STAGES))"
    played = subprocess.check_output([sys.executable, "-W", "ignore", "-c", code], text=True)

    assert set(played.split()) <= set(ROLES)


def test_without_a_town_a_file_and_what_we_ship_can_be_looked_at(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "water.formula.toml"
    path.write_text(WATER)

    assert cli("formula", "lint", str(path), "convoy").code == 0
    assert cli("formula", "lint", path.name).code == 0
    assert "convoy" in {one["name"] for one in cli("formula", "list", "--json").json}
    assert len(cli("formula", "cook", path.name, "--json").json["steps"]) == 2
    assert "no town.toml" in cli("formula", "cook", path.name, "--convoy", "hq-cv-1").err


def test_a_file_that_cannot_be_read_is_one_finding_and_the_others_are_linted(cli, water):
    bad = water.with_name("bad.formula.toml")
    bad.write_bytes(b"\xff\xfe")
    water.write_text(WATER.replace('needs = ["fill"]', 'needs = ["fil"]'))

    found = cli("formula", "lint", "bad", "water", "--json")

    assert found.code == 1
    assert {one["file"] for one in found.json} == {str(bad), str(water)}
    (unread,) = [one for one in found.json if one["file"] == str(bad)]
    assert unread["severity"] == "error"
    assert "utf-8" in unread["message"]


def test_a_finding_is_printed_as_it_is(cli, water):
    water.write_text('formula = "water"\ntype = "workflow"\nversion = 1\n')

    assert "write at least one [[steps]]" in cli("formula", "lint", "water").out


def test_lint_tells_what_other_tools_do_apart_and_once(cli, water):
    water.write_text(WATER.replace("needs", "depends_on") + 'acceptance = "full"\ntpye = "task"\n')

    told = cli("formula", "lint", "water").out
    assert "unknown key; did you mean type? (bd, gt: ignore it)" in told
    assert "water.formula.toml with other tools" in told
    assert "steps.pour.acceptance" in told
    found = cli("formula", "lint", "water", "--json").json
    assert "bd: ignores it" in [one["elsewhere"] for one in found]
    assert "with other tools" not in cli("formula", "lint", "water", "--no-elsewhere").out


def test_lint_looks_at_the_formulas_that_one_names(cli, water):
    water.write_text(WATER.replace('title = "Pour"', 'title = "Pour"\nexpand = "polecat-work"'))

    answer = cli("formula", "lint", "water")
    assert answer.code == 1
    assert "'polecat-work' is of the kind workflow; this takes an expansion" in answer.out


def test_convert_prints_a_formula_in_either_form(cli, water):
    toml = cli("formula", "convert", "water")
    as_json = cli("formula", "convert", "water", "--to", "json")

    assert toml.out == WATER
    assert json.loads(as_json.out)["steps"][1] == {"id": "pour", "title": "Pour", "needs": ["fill"]}
    assert cli("formula", "convert", "water", "--json").json == json.loads(as_json.out)


def test_a_missing_or_unknown_value_says_how_it_is_given(cli, water):
    water.write_text(WATER.replace('default = "5"', "required = true"))

    assert "missing: litres; give a value with --set litres=" in cli("formula", "cook", "water").err
    unknown = cli("formula", "cook", "water", "--set", "nope=1", "--set", "litres=2")
    assert "variable nope: no such variable; there are: litres" in unknown.err


def test_cooking_a_convoys_formula_over_no_convoy_says_what_is_missing(cli, oak):
    bare = cli("formula", "cook", "convoy", "--json")

    assert (bare.code, bare.json["steps"]) == (0, [])
    assert "--convoy" in bare.err
