"""An edited row of a loaded model: told at once, loaded anew when nobody uses it."""

import pytest

from blocks.local_runner import load, serving
from gastown.runner.folder import RunnerFolder
from gastown.runner.record import read_served
from gastown.town.config import load_config
from gastown.town.edit import edit
from tests.blocks.smol import gone, needs_smol, town_of, until
from tests.gastown.cli.conftest import cli as cli  # noqa: PLC0414 - for pytest to find it here

pytestmark = needs_smol


@pytest.fixture
def town(tmp_path, monkeypatch):
    with town_of(tmp_path / "oak") as town:
        monkeypatch.chdir(town.root)
        yield town


def served(town):
    found = read_served(RunnerFolder(town.layout), "smol")
    assert found is not None
    return found


def widen(document) -> None:
    document["models"]["smol"]["context"] = 2048


def break_it(document) -> None:
    document["models"]["smol"]["local"]["file"] = "nowhere.gguf"


def forget(document) -> None:
    del document["models"]["smol"]


def test_a_session_keeps_what_it_uses_and_then_it_is_loaded_anew(cli, town):
    before, _ = load(town.layout, town.config, "smol")
    with serving(town.layout, town.config, "smol"):
        edit(town.layout.config, widen)
        (row,) = cli("model", "ps", "--json").json["servers"]
        assert row["changed"] == "its row in town.toml was changed"
        assert "its row in town.toml was changed" in row["reason"]
        until(lambda: "changed" in served(town).reason, 20)
        assert (served(town).pid, served(town).context) == (before.pid, 1024)

    until(lambda: (served(town).state, served(town).context) == ("ready", 2048), 60)
    after = served(town)
    assert after.keeper == before.keeper
    assert gone(before.pid)
    (row,) = cli("model", "ps", "--json").json["servers"]
    assert (row["changed"], row["reason"]) == ("", "")
    config = load_config(town.layout.config)
    with serving(town.layout, config, "smol") as endpoint:
        assert endpoint.served.context == 2048


def test_a_row_that_cannot_be_served_leaves_it_as_it_is_and_says_why(town):
    before, _ = load(town.layout, town.config, "smol")

    edit(town.layout.config, break_it)

    until(lambda: "nowhere.gguf" in served(town).reason, 30)
    assert (served(town).state, served(town).pid) == ("ready", before.pid)


def test_a_model_whose_row_is_gone_is_unloaded(town):
    before, _ = load(town.layout, town.config, "smol")

    edit(town.layout.config, forget)

    until(lambda: gone(before.keeper), 30)
    assert read_served(RunnerFolder(town.layout), "smol") is None
