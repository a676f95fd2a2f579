"""`town model resolve`, `town bead pin` and `--profile`: seats, asked for and decided."""

import pytest

from gastown.auditions.record import keep, record_of
from gastown.catalogue.roles import ROLES
from gastown.convoys.convoy import CONVOY
from gastown.town.town import Town
from tests.gastown.auditions.given import trial

SEATS = """
[seats]
profile = "balanced"
[[seats.overrides]]
role = "polecat"
rig = "garden"
burst = "gemini-3-flash"
"""


@pytest.fixture
def dig(cli, oak):
    """A bead of a town on the profile Balanced, with one override."""
    file = oak / "town.toml"
    file.write_text(file.read_text() + SEATS)
    return cli("bead", "create", "Dig", "-r", "garden", "--label", "gt:pr-fixup", "--json").json[
        "id"
    ]


def seats(answer):
    """`local > burst` of each row, by role."""
    return {
        row["role"]: f"{row['seat']['local']['model']} > {row['seat']['burst']['model']}"
        for row in answer.json["seats"]
    }


def test_a_bead_shows_both_slots_of_its_steps_and_why(cli, dig):
    answer = cli("model", "resolve", dig)

    assert answer.code == 0
    assert "balanced: polecat@gt:pr-fixup · override polecat on garden" in answer.out
    assert seats(cli("model", "resolve", dig, "--json")) == {
        "polecat": "qwen3-coder-3b > gemini-3-flash",
        "refinery": "deepseek-r1-32b > qwen3-coder-480b",
    }


def test_a_role_may_be_asked_for_by_label_rig_and_profile(cli, dig):
    ask = ("model", "resolve", "--role", "polecat", "--json")

    assert seats(cli(*ask))["polecat"] == "qwen3-coder-7b > qwen3-coder-30b"
    assert seats(cli(*ask, "--label", "gt:triage"))["polecat"].startswith("qwen3-coder-3b > ")
    assert seats(cli(*ask, "--rig", "garden"))["polecat"].endswith(" > gemini-3-flash")
    assert seats(cli(*ask, "--profile", "premium"))["polecat"].endswith(" > qwen3-coder-480b")


def test_where_it_would_run_now_is_told_below_the_table(cli, dig):
    rows = cli("model", "resolve", "--role", "spotter", "--json").json["seats"]

    assert rows[0]["now"]["kind"] == "cloud"
    assert "spotter now: bursts: no local model for it" in (
        cli("model", "resolve", "--role", "spotter").out
    )
    assert "now" not in cli("model", "resolve", "--all", "--json").json["seats"][0]


def test_what_nothing_serves_yet_is_told_too(cli, dig):
    assert "; nothing serves kimi-k2" in cli("model", "resolve", "--role", "spotter").out


def test_the_whole_table_has_every_role_and_the_places_that_differ(cli, dig):
    rows = cli("model", "resolve", "--all", "--json").json["seats"]

    assert {row["role"] for row in rows} == set(ROLES)
    assert [(row["labels"], row["rig"]) for row in rows if row["role"] == "polecat"] == [
        ([], None),
        (["gt:triage"], None),
        (["gt:pr-fixup"], None),
        ([], "garden"),
        (["gt:triage"], "garden"),
        (["gt:pr-fixup"], "garden"),
    ]


def test_a_hold_is_told_with_its_reason_and_ends_with_1(cli, dig):
    cli("bead", "pin", dig, "--model", "qwen3-coder-7b", "--context", "20000")

    answer = cli("model", "resolve", dig, "--role", "polecat")

    assert answer.code == 1
    assert "HOLD: qwen3-coder-7b holds 14000 tokens, bead needs 20000" in answer.out
    assert "polecat now: held: qwen3-coder-7b holds 14000 tokens" in answer.out


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ((), "say whose seat: a bead, --role ROLE, or --all"),
        (("--role", "triage"), "unknown role 'triage': use label gt:triage"),
        (("--role", "polecat", "--rig", "cellar"), "no rig 'cellar'"),
        (("--all", "--role", "polecat"), "--all is the whole table"),
        (("--all", "--profile", "lavish"), "no profile 'lavish'; profiles: balanced,"),
        (("ga-none",), "ga-none"),
    ],
)
def test_what_cannot_be_asked_is_refused(cli, dig, said, message):
    answer = cli("model", "resolve", *said)

    assert answer.code == 2
    assert message in answer.err


def test_a_pin_is_kept_and_taken_off_again(cli, dig):
    pinned = cli("bead", "pin", dig, "--model", "qwen3-coder-flash", "--local-only", "--json").json
    assert pinned["metadata"] == {"model": "qwen3-coder-30b", "local_only": True}
    assert cli("model", "resolve", dig).code == 1

    cli("bead", "pin", dig, "--model", "", "--anywhere")

    assert seats(cli("model", "resolve", dig, "--json"))["polecat"].startswith("qwen3-coder-3b >")


def test_a_pin_to_nothing_known_changes_nothing(cli, dig):
    assert "unknown model 'haiku-9'; models: " in cli("bead", "pin", dig, "--model", "haiku-9").err
    assert "--context is -1" in cli("bead", "pin", dig, "--context=-1").err
    assert "say --model NAME" in cli("bead", "pin", dig).err
    assert cli("bead", "show", dig, "--json").json["metadata"] == {}


def test_a_convoy_may_have_a_profile_of_its_own(cli, dig, oak):
    convoy = cli("convoy", "create", "Spring", dig, "--profile", "premium", "--json").json["id"]

    assert Town.open(oak).ledger.show(convoy).metadata["profile"] == "premium"
    row = cli("model", "resolve", dig, "--json").json["seats"][0]
    assert row["seat"]["local"]["because"] == "premium: polecat"


def test_a_convoy_on_a_profile_that_there_is_not_is_not_made(cli, dig, oak):
    answer = cli("convoy", "create", "Spring", dig, "--profile", "lavish")

    assert (answer.code, "no profile 'lavish'" in answer.err) == (2, True)
    assert Town.open(oak).ledger.find(issue_type=CONVOY) == []


def test_an_override_that_also_covers_a_profiles_labels_is_pointed_out(cli, dig):
    said = "note: override polecat on garden: its burst goes before balanced: polecat@gt:triage, "

    assert said in cli("model", "resolve", "--all").out
    assert "note" not in cli("model", "resolve", dig).out


def test_what_an_audition_showed_of_a_seats_model_is_told_once(cli, dig, oak):
    keep(record_of(Town.open(oak).layout), trial("qwen3-coder-3b"))
    told = "audition as polecat: qwen3-coder-3b: 1 of 1 passed"

    assert cli("model", "resolve", dig).out.count(told) == 1
    assert told not in cli("model", "resolve", "--role", "refinery").out
