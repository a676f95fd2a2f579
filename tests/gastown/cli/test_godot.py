"""`town godot api`: an engine's names, in the form that ships."""

import json

import pytest

from gastown.rigs.guard.names import NEWEST, godot_names, read_names
from tests.godot.engine import need_engine


def test_the_table_that_ships_is_what_an_engine_of_its_version_says(cli, tmp_path):
    out = tmp_path / "names.json"

    answer = cli("godot", "api", "--engine", str(need_engine()), "--out", str(out), "--json")

    assert answer.code == 0, answer.err
    document = json.loads(out.read_text("utf-8"))
    assert answer.json["classes"] == len(document["members"]) > 900
    if document["version"] != godot_names(NEWEST).version:
        pytest.skip(f"the engine is {document['version']}, what ships is another")
    assert read_names(document) == godot_names(NEWEST)


def test_a_program_that_is_no_godot_is_refused_and_nothing_written(cli, tmp_path):
    out = tmp_path / "names.json"

    answer = cli("godot", "api", "--engine", "true", "--out", str(out))

    assert answer.code == 2
    assert "it must be Godot 4 with its editor" in answer.err
    assert not out.exists()


def test_an_engine_that_is_not_there_is_refused(cli, tmp_path):
    answer = cli("godot", "api", "--engine", "no-such-godot", "--out", str(tmp_path / "x.json"))

    assert answer.code == 2
    assert "no-such-godot is no program" in answer.err
