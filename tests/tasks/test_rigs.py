"""What stages say about a rig."""

from types import SimpleNamespace
from typing import cast

import pytest

from gastown.agents.globs import matches
from gastown.town.tables.rigs import RigTable
from tasks.desk import Desk
from tasks.rigs import fixed

CARD = {"build": ["make"], "capture": ["run"]}


def _fixed(**table: object):
    settings = {"prefix": "sk", "origin": "x", "gauge": {"kind": "pytest"}, **table}
    return fixed(cast("Desk", SimpleNamespace(table=RigTable.model_validate(settings))))


@pytest.mark.parametrize(
    "path",
    [
        *("tests/test_a.py", "tests/conftest.py", ".beads/issues.jsonl", "AGENTS.md"),
        *("conftest.py", "tox.ini", ".truth/truth.toml", ".truth/card/card.png"),
    ],
)
def test_nobody_writes_what_judges_their_work(path):
    assert matches(path, _fixed())


def test_truth_and_guide_are_where_the_rig_says():
    table = {
        "assemblies": {"one": {**CARD, "truth": "looks/"}, "two": {**CARD, "truth": "docs/t"}},
        "guide": "docs/STYLE.md",
    }

    for path in ("looks/truth.toml", "docs/t/truth.toml", "docs/STYLE.md"):
        assert matches(path, _fixed(**table))
    assert not matches("docs/other.md", _fixed(**table))


def test_the_runner_of_a_godot_rig_is_fixed_wherever_its_tests_are():
    table = {"gauge": {"kind": "godot-script", "runner": "res://tools/run.gd"}}

    assert matches("tools/run.gd", _fixed(**table))
    assert not matches("project.godot", _fixed(**table))
