"""`town model list|load|unload|ps`: what a person sees of the models of this machine."""

import pytest

from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.town.edit import edit, put_model
from tests.blocks.smol import needs_smol, town_of
from tests.gastown.machine.published import published


@pytest.fixture
def town(tmp_path, monkeypatch):
    with town_of(tmp_path / "oak") as made:
        monkeypatch.chdir(made.root)
        yield made


def test_files_are_listed_with_what_is_wrong_with_them(cli, town):
    folder = town.root / "models"
    folder.mkdir()
    published(folder, "Qwen2.5-7B")
    (folder / "cut.gguf").write_bytes(b"GGUF\x03")
    (folder / "half.gguf.part").write_bytes(b"GGUF")

    rows = {row["file"]: row for row in cli("model", "list", "--json").json["files"]}

    assert rows["Qwen2.5-7B.gguf"]["architecture"] == "qwen2"
    assert "cut short" in rows["cut.gguf"]["wrong"]
    assert "half.gguf.part" not in rows


def test_nothing_is_up_in_a_new_town(cli, town):
    assert cli("model", "ps", "--json").json == {"servers": [], "endpoints": []}
    assert cli("model", "unload", "--all").out == "unloaded: nothing was up\n"


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("load", "nobody"), "nobody"),
        (("unload",), "name one model, or say --all"),
        (("unload", "smol", "--all"), "name one model, or say --all"),
        (("pull", "http://hub.example/a.gguf"), "over https only"),
        (("pull", "o/r/a.gguf", "--token-env", "NO_SUCH"), "--token-env NO_SUCH: no such"),
    ],
)
def test_what_cannot_be_is_refused(cli, town, tokens, said):
    answer = cli("model", *tokens)

    assert answer.code == 2
    assert said in answer.err


@needs_smol
def test_a_model_is_loaded_shown_and_unloaded(cli, town):
    loaded = cli("model", "load", "smol", "--json").json
    assert loaded["started"]

    (row,) = cli("model", "ps", "--json").json["servers"]
    assert (row["model"], row["state"], row["pid"]) == ("smol", "ready", loaded["pid"])
    assert (row["context"], row["slots"], row["busy"]) == (1024, 1, 0)
    assert row["port"] > 0
    assert row["idle_s"] >= 0
    assert row["claims"]["ram_mib"] > 100
    assert row["claims"] | {"ram_mib": 0} == {"vram_mib": 0, "ram_mib": 0, "cores": 1}

    assert not cli("model", "load", "smol", "--json").json["started"]
    assert cli("model", "unload", "smol").out == "unloaded: smol\n"
    assert cli("model", "ps", "--json").json["servers"] == []


def test_rows_with_an_endpoint_near_by_are_shown_with_how_it_is(cli, town):
    with RehearsalServer(Script({}), pace=UNPACED) as server:
        for name, url, model in (
            ("mine", server.url, "rehearsal"),
            ("other", server.url, "qwen"),
            ("off", "http://127.0.0.1:9/v1", ""),
            ("far", "https://models.example/v1", ""),
        ):
            edit(town.layout.config, put_model(name, {"endpoint": url, "model": model}))

        rows = {row["model"]: row for row in cli("model", "ps", "--json").json["endpoints"]}

    assert {name: row["state"] for name, row in rows.items()} == {
        "mine": "ready",
        "other": "wrong",
        "off": "away",
    }
    assert rows["other"]["reason"] == "serves rehearsal"
    assert "refused" in rows["off"]["reason"]
