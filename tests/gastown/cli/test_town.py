"""`town install`, `rig`, `crew`, `status` and `agents`."""

import socket
import subprocess
import sys
from datetime import timedelta

import psutil

from gastown.rigs.slots import take
from gastown.town.edit import edit, put_model, set_seat
from gastown.town.town import Town


def test_install_says_what_it_made_and_what_was_there(cli, tmp_path):
    first = cli("install", str(tmp_path / "elm"), "--json")
    again = cli("install", str(tmp_path / "elm"), "--name", "other", "--json")

    assert first.json["town"] == "elm"
    assert "town.toml" in first.json["created"]
    assert (again.json["town"], again.json["created"]) == ("elm", [])


def test_a_name_that_will_not_do_is_refused_before_anything_is_made(cli, tmp_path):
    named = cli("install", str(tmp_path / "elm"), "--name", "a b")
    unnamed = cli("install", str(tmp_path / "2 elms"))

    assert (named.code, unnamed.code) == (2, 2)
    assert "'a b'" in named.err
    assert "--name NAME" in unnamed.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told_by_its_name(cli, tmp_path):
    answer = cli("install", "/proc/elm")
    (tmp_path / "file").write_text("x")
    below = cli("install", str(tmp_path / "file" / "elm"))

    assert (answer.code, below.code) == (2, 2)
    assert answer.err.startswith("error: /proc/elm: ")
    assert "file" in below.err


def test_without_a_folder_the_empty_one_that_one_stands_in_is_taken(cli, tmp_path, monkeypatch):
    elm, full = tmp_path / "elm", tmp_path / "full"
    for folder in (elm, full):
        folder.mkdir()
    (full / "letter").write_text("x")

    monkeypatch.chdir(full)
    assert "not empty" in cli("install").err
    monkeypatch.chdir(elm)
    assert cli("install", "--json").json["root"] == str(elm)


def test_install_ends_with_what_is_still_to_do(cli, tmp_path, monkeypatch):
    root = tmp_path / "elm"

    steps = cli("install", str(root), "--json").json["next"]

    assert steps[0] == f"cd {root}"
    assert "[models.NAME]" in steps[1]
    assert "[seats]" in steps[1]
    assert "town rig add" in steps[2]
    monkeypatch.chdir(root)
    edit(root / "town.toml", put_model("m", {"endpoint": "http://127.0.0.1:1/v1"}))
    edit(root / "town.toml", set_seat("default", "m"))
    left = cli("install").out
    assert "[models.NAME]" not in left
    assert "1. town rig add" in left


def test_a_rig_is_added_listed_and_removed(cli, oak):
    listed = cli("rig", "list", "--json").json
    assert [(rig["name"], rig["prefix"], rig["open_beads"]) for rig in listed] == [
        ("garden", "ga", 0)
    ]
    assert "garden" in cli("rig", "list").out

    cli("bead", "create", "Dig", "-r", "garden")
    kept = cli("rig", "remove", "garden")
    assert kept.code == 2
    assert "Dig" in kept.err
    assert cli("rig", "remove", "garden", "--force", "--json").json == {"removed": "garden"}
    assert cli("rig", "list", "--json").json == []


def test_progress_of_a_clone_is_not_on_stdout(cli, oak, make_origin):
    answer = cli("rig", "add", "barn", str(make_origin("barn")), "--prefix", "bn", "--json")

    assert "cloning" in answer.err
    assert (answer.json["name"], answer.json["prefix"]) == ("barn", "bn")


def test_crew_get_their_clone(cli, oak):
    folder = oak / "garden" / "crew" / "ann"

    assert cli("crew", "add", "ann", "--rig", "garden").out.strip() == str(folder)
    assert (folder / "tests").is_dir()


def test_status_counts_each_rigs_beads_and_says_how_to_start(cli, oak):
    dig = cli("bead", "create", "Dig", "-r", "garden", "--json").json["id"]
    cli("bead", "create", "Plant", "-r", "garden", "--needs", dig)

    status = cli("status", "--json").json

    garden = next(rig for rig in status["rigs"] if rig["rig"] == "garden")
    assert (garden["open"], garden["ready"], garden["in_progress"]) == (2, 1, 0)
    assert (status["up"], status["ui"]) == (False, None)
    assert "town up" in cli("status").out


def test_agents_shows_who_holds_what(cli, oak):
    dig = cli("bead", "create", "Dig", "-r", "garden", "--json").json["id"]
    town = Town.open(oak)
    town.ledger.claim(dig, "pc:1:1", timedelta(minutes=5))
    slot = take(town.layout.rig("garden"), dig)

    agents = cli("agents", "--json").json

    assert agents["slots"] == [
        {"rig": "garden", "slot": slot.name, "bead": dig, "branch": slot.branch}
    ]
    assert [(claim["bead"], claim["holder"]) for claim in agents["claims"]] == [(dig, "pc:1:1")]
    assert slot.name in cli("agents").out


def test_a_claim_that_a_dead_run_left_is_nobodys_work(cli, oak):
    dig = cli("bead", "create", "Dig", "--rig", "garden", "--json").json["id"]
    with subprocess.Popen([sys.executable, "-c", ""]) as run:
        dead = f"{socket.gethostname()}:{run.pid}:{psutil.Process(run.pid).create_time():.2f}"
    Town.open(oak).ledger.claim(dig, dead, timedelta(hours=1))

    assert "0 at work" in cli("status").out
    assert cli("agents", "--json").json["claims"] == []


def test_status_tells_what_waits_for_a_person_what_is_left_and_what_is_in_use(cli, oak):
    dig = cli("bead", "create", "Dig", "-r", "garden", "--json").json["id"]
    convoy = cli("convoy", "create", "Spring", dig, "--json").json["id"]
    assert cli("mail", "send", "overseer", "please look", "--from", "mayor").code == 0
    status = cli("status", "--json").json

    assert (status["money"]["taken"], status["agents"]) == (0, [])
    assert [(one["kind"], one["said"]) for one in status["waiting"]] == [
        ("mail", "mayor: please look")
    ]
    assert status["machine"]["waiting"] == 0
    assert status["convoys"][0]["progress"]["expected"]["because"] == "it was not launched"
    assert status["rigs"][0]["open"] == 0  # a letter is no work
    said = cli("status").out
    assert convoy in said
    assert "taken today, no cap" in said
    assert " in use" in said
