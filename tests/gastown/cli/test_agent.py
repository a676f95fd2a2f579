"""`town agent list` and `town agent test`."""

import pytest

from gastown.agents.external.preset import shipped
from gastown.agents.jail import find_jail
from gastown.errors import JailError
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.server import RehearsalServer
from gastown.town.town import Town
from tasks.agent_trial import rehearsal_for
from tasks.metering import spend_of


def test_without_a_town_the_shipped_agents_are_listed(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rows = {row["name"]: row for row in cli("agent", "list", "--json").json["agents"]}
    assert {"aider", "claude", "codex"} <= set(rows)
    assert rows["rehearsal"]["program"]
    assert rows["rehearsal"]["version"] == "rehearsal agent 1"
    assert all(row["program"] or row["why"] for row in rows.values())


def test_a_towns_own_agents_and_who_works_as_one_are_listed(cli, oak):
    with (oak / "town.toml").open("a") as file:
        file.write('\n[agents.mine]\nroles = ["polecat"]\ncommand = ["no-such", "{prompt}"]\n')
        file.write('wire = "chat"\n')
    rows = {row["name"]: row for row in cli("agent", "list", "--json").json["agents"]}
    assert rows["mine"]["roles"] == ["polecat"]
    assert rows["mine"]["own"]
    assert "no command 'no-such'" in rows["mine"]["why"]
    assert "mine" in cli("agent", "list").out


def test_the_rehearsals_agent_passes_its_trial(cli, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    bwrap_or_skip()
    told = cli("agent", "test", "rehearsal", "--json")
    assert told.code == 0, told.err
    assert {fact["name"]: fact["held"] for fact in told.json["facts"]} == {
        "finished": True,
        "endpoint reached": True,
        "limits kept": True,
        "worktree only": True,
    }
    assert told.json["mended"]


def test_an_agent_that_writes_where_it_may_not_fails_its_trial_by_name(cli, oak):
    bwrap_or_skip()
    with (oak / "town.toml").open("a") as file:
        file.write('\n[agents.rude]\ncommand = ["sh", "-c", "echo > test_calc.py", "{prompt}"]\n')
        file.write('wire = "chat"\n')
    told = cli("agent", "test", "rude", "--json")
    facts = {fact["name"]: fact for fact in told.json["facts"]}
    assert told.code == 1
    assert not facts["worktree only"]["held"]
    assert "test_calc.py" in facts["worktree only"]["seen"]
    assert not facts["endpoint reached"]["held"]
    assert not told.json["mended"]


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("nobody",), "no agent 'nobody'; there are: aider"),
        (("rehearsal", "--model", "no-such-row"), "no-such-row"),
    ],
)
def test_what_is_not_there_is_refused_by_name(cli, oak, tokens, said):
    told = cli("agent", "test", *tokens)
    assert told.code == 2
    assert said in told.err


def test_a_command_that_is_not_installed_is_an_error(cli, oak):
    with (oak / "town.toml").open("a") as file:
        file.write('\n[agents.aider]\ncommand = ["no-such-aider", "{prompt_file}"]\n')
    told = cli("agent", "test", "aider")
    assert told.code == 2
    assert "agent aider: no command 'no-such-aider'" in told.err


ROW = """
[models.far]
endpoint = "{url}"
where = "cloud"
context = 65536
input_usd = 1
output_usd = 2
[budget]
day_usd = {usd}
"""


@pytest.mark.parametrize(("usd", "code"), [(1, 0), (0.0001, 1)])
def test_a_trial_on_a_row_of_the_town_is_paid_within_its_budget(cli, oak, usd, code):
    bwrap_or_skip()
    script = rehearsal_for(shipped()["rehearsal"])
    with RehearsalServer(script, pace=UNPACED) as server:
        with (oak / "town.toml").open("a") as file:
            file.write(ROW.format(url=server.url, usd=usd))
        told = cli("agent", "test", "rehearsal", "--model", "far", "--json")

    assert told.code == code, told.err
    entries = spend_of(Town.open(oak)).entries()
    assert [one.end for one in entries] == ["settled"] * told.json["usage"]["requests"]
    assert sum(one.micro_usd for one in entries) == told.json["usage"]["micro_usd"]
    assert bool(entries) == (code == 0)
    assert ("budget day: needs $" in told.json["error"]) == (code == 1)


def bwrap_or_skip() -> None:
    try:
        find_jail("bwrap")
    except JailError as error:
        pytest.skip(str(error))
