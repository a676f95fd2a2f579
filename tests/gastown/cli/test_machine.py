"""`town machine` shows each dimension, who uses it, and why no more is free."""

import psutil
import pytest

from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.here import Outlook, offered, open_ledger
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.offer import Fixed
from gastown.machine.capacity import Capacity
from gastown.machine.holder import holder
from gastown.town.town import Town
from tests.gastown.machine.hosts import seeds_pc, small

PROFILE = '\n[machine]\nprofile = "rtx3080"\n'


@pytest.fixture
def declare(oak):
    """Adds to the town's town.toml."""

    def _declare(text: str) -> None:
        path = oak / "town.toml"
        path.write_text(path.read_text() + text)

    return _declare


def on(monkeypatch, host) -> None:
    monkeypatch.setattr("gastown.cli.machine.this_host", lambda: host)


def free(answer) -> dict[str, int]:
    return {row["name"]: row["free"] for row in answer.json["dimensions"]}


def test_the_seed_s_pc_can_be_played_here(cli, declare):
    declare(PROFILE)

    answer = cli("machine", "--json")

    assert answer.json["profile"] == "rtx3080"
    assert [
        (row["name"], row["capacity"], row["kept"], row["lent"])
        for row in answer.json["dimensions"]
    ] == [
        ("vram_mib", 10_240, 2663, 7577),
        ("ram_mib", 131_072, 8192, 122_880),
        ("p_cores", 8, 2, 6),
        ("e_cores", 4, 0, 4),
        ("sandboxes", 2, 0, 2),
    ]
    assert answer.json["dimensions"][0]["source"] == "profile rtx3080"


def test_a_person_reads_the_same_as_a_table(cli, declare):
    declare(PROFILE)

    said = cli("machine").out

    assert "VRAM MiB" in said
    assert "1,536 system + 1,127 desktop" in said
    assert "7,577 lent - 0 claimed" in said
    assert "as if on Alienware Aurora R13" in said


def test_who_holds_and_who_waits_is_told_whichever_town_or_run_it_is_of(cli, oak, declare):
    declare(PROFILE)
    town = Town.open(oak)
    ledger = open_ledger(town.layout, town.config.machine)
    offer = Outlook(town.config.machine)()
    for number in range(3):
        wish = Ask(f"sk-{number}", Demand(Capacity(sandboxes=1)), title="Implement it", town="oak")
        ledger.ask(wish, offer)

    told = cli("machine", "--json")

    assert [one["who"] for one in told.json["leases"]] == ["sk-0", "sk-1"]
    assert told.json["leases"][0]["holder"] == holder()
    assert told.json["leases"][0]["claims"]["sandboxes"] == 1
    assert free(told)["sandboxes"] == 0
    [waits] = told.json["waiting"]
    assert (waits["who"], waits["because"]) == (
        "sk-2",
        "waits for sandboxes: 2 taken + 1 asked of 2",
    )
    said = cli("machine").out
    assert "Implement it" in said
    assert "1 sandbox " in said
    assert "2 taken" in said


def test_the_slots_of_a_model_that_the_town_serves_from_a_file_are_shown(cli, oak, declare):
    declare('[models.q7.local]\nfile = "q7.gguf"\nslots = 2\n')
    town = Town.open(oak)
    ledger = open_ledger(town.layout, town.config.machine)
    ledger.ask(Ask("sk-1", Demand(slots={"model:q7": 1})), offered(town.config)())

    told = cli("machine", "--json")

    assert told.json["slots"] == [{"name": "model:q7", "capacity": 2, "claimed": 1, "free": 1}]
    assert "slots of models" in cli("machine").out


def test_towns_that_name_the_same_ledger_share_one_pc(cli, oak, declare, tmp_path):
    shared = tmp_path / "pc.db"
    declare(f'{PROFILE}ledger = "{shared}"\n')
    AdmissionLedger(shared).ask(
        Ask("another town's", Demand(Capacity(sandboxes=1))), Fixed(Capacity(sandboxes=2))
    )

    assert free(cli("machine", "--json"))["sandboxes"] == 1


def test_a_program_that_the_person_opens_takes_room(cli, oak, monkeypatch, tmp_path):
    on(monkeypatch, seeds_pc(tmp_path / "before"))
    before = free(cli("machine", "--json"))
    on(monkeypatch, seeds_pc(tmp_path / "during", used_mib=6000))
    during = free(cli("machine", "--json"))

    assert (before["vram_mib"], during["vram_mib"]) == (9216, 3984)
    assert "other programs: 4,240 free (NVML) - 256 margin" in cli("machine").out


def test_without_a_driver_it_says_so_once_and_goes_on(cli, oak, monkeypatch, tmp_path):
    on(monkeypatch, small(tmp_path))

    answer = cli("machine")

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.count("driver") == 1
    assert free(cli("machine", "--json"))["ram_mib"] == 6144


def test_this_machine_is_measured_where_nothing_is_declared(cli, oak):
    rows = {row["name"]: row for row in cli("machine", "--json").json["dimensions"]}

    assert rows["ram_mib"]["capacity"] <= psutil.virtual_memory().total // 2**20
    assert rows["p_cores"]["capacity"] >= 1
    assert all(0 <= row["free"] <= row["lent"] for row in rows.values())


def test_keeping_more_than_there_is_is_refused_by_its_key(cli, declare):
    declare(f"{PROFILE}keep = {{ p_cores = 9 }}\n")

    answer = cli("machine")

    assert (answer.code, answer.out) == (2, "")
    assert "town.toml: machine.keep.p_cores: keeps 9" in answer.err
    assert "of 8 P-cores (profile rtx3080)" in answer.err


def test_outside_a_town_it_shows_what_one_would_be_lent(cli, tmp_path, monkeypatch):
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    on(monkeypatch, seeds_pc(tmp_path / "sys"))

    answer = cli("machine", "--json")

    assert answer.code == 0
    assert all(row["claimed"] == 0 for row in answer.json["dimensions"])
    assert "no town here" in answer.json["notes"][-1]
    assert "P-cores" in cli("machine").out
    assert list(empty.iterdir()) == []  # nothing is made
    named = cli("machine", "--town", "nowhere")
    assert named.code != 0
    assert "nowhere" in named.err
