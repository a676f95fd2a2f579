"""How a Defender is told to write tests in a rig."""

from typing import get_args

import pytest

from gastown.rigs.clone import clone
from gastown.rigs.manner import manner_of
from gastown.town.tables.gauge import Kind
from gastown.town.tables.rigs import RigTable
from tests.gastown.rigs.given import a_rig

EXAMPLE = "import test from 'node:test';\ntest('a fact', () => 1);\n" + "// more\n" * 10


def table(kind: str) -> RigTable:
    return RigTable.model_validate({"prefix": "ga", "origin": "x", "gauge": {"kind": kind}})


def checkout(tmp_path, files):
    return clone(str(a_rig(tmp_path, files).canonical), tmp_path / "here").path


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_of_gauge_has_its_manner(tmp_path, kind):
    assert manner_of(table(kind), checkout(tmp_path, {"a.txt": "x"})).startswith("Tests here are")


def test_the_shortest_real_test_of_the_rig_is_shown_and_its_runner_named(tmp_path):
    files = {
        "package.json": '{"scripts": {"test": "node --test"}}',
        "tests/a.test.js": EXAMPLE,
        "tests/b.test.js": EXAMPLE * 2,
        "tests/stub.test.js": "",
        "tests/helper.py": "x" * 90,
        "src/c.js": "x" * 100,
    }
    told = manner_of(table("npm"), checkout(tmp_path, files))

    assert "Node's own runner" in told
    assert "# Material: a test of this rig, tests/a.test.js" in told
    assert told.count("test('a fact'") == 2  # the manner's own, and the example's


def test_gut_and_gdunit4_are_told_apart(tmp_path):
    path = checkout(tmp_path, {"a.txt": "x"})
    assert "extends GutTest" in manner_of(table("godot-gut"), path)
    assert "extends GdUnitTestSuite" in manner_of(table("godot-gdunit4"), path)
