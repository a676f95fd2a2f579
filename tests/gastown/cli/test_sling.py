"""`town sling … RIG`, `town hook` and `town unsling` while the town is down."""

import pytest


@pytest.fixture
def beads(cli, oak):
    model = '[models.m]\nendpoint = "http://127.0.0.1:9/v1"\nvision = true\ncontext = 16384\n'
    with (oak / "town.toml").open("a") as file:
        file.write(f'\n{model}\n[seats]\ndefault = "m"\n')
    return [
        cli("bead", "create", title, "-r", "garden", "--json").json["id"]
        for title in ("Dig", "Plant")
    ]


def test_a_town_that_is_down_keeps_what_is_slung_to_it_on_the_hook(cli, beads):
    slung = cli("sling", *beads, "garden", "--title", "Spring")

    assert slung.code == 0, slung.err
    assert f"{beads[0]} hangs on the hook of garden/agate" in slung.out
    assert "starts with the town: town up" in slung.out
    agents = [hook["agent"] for hook in cli("hook", "--json").json]
    assert agents == ["garden/agate", "garden/amber"]
    said = cli("hook", "garden/amber").out
    assert "the town runs it" in said
    assert f"town prime {beads[1]}" in said


def test_a_sling_may_say_how_its_convoy_comes_to_main(cli, beads):
    slung = cli("sling", *beads, "garden", "--merge", "review-then-land", "--json").json

    convoy = cli("bead", "show", slung["convoy"], "--json").json
    assert convoy["metadata"]["merge"] == "review-then-land"
    refused = cli("sling", beads[0], "garden/crew/ann", "--merge", "review-then-land")
    assert refused.code == 2
    assert "leave it out" in refused.err


def test_it_waits_for_nothing_while_it_is_down(cli, beads):
    answer = cli("sling", beads[0], "garden", "--wait")

    assert answer.code == 2
    assert "is down; start it: town up" in answer.err
    assert cli("hook", "--json").json == []


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--formula", "no-such"), "no-such"),
        (("--profile", "rich"), "no profile 'rich'"),
        (("--merge", "later"), "review-then-land"),
        (("--title", "two\nlines"), "title"),
    ],
)
def test_what_could_not_end_well_hangs_nowhere(cli, beads, more, why):
    answer = cli("sling", beads[0], "garden", *more)

    assert answer.code == 2
    assert why in answer.err
    assert cli("hook", "--json").json == []
    assert cli("convoy", "list", "--json").json == []
    assert cli("agents", "--json").json["slots"] == []


def test_a_bead_is_taken_off_by_its_agent_or_itself(cli, beads):
    cli("sling", *beads, "garden")

    assert "is off the hook of garden/agate" in cli("unsling", "garden/agate").out
    assert "carried nothing else and is closed" in cli("unsling", beads[1]).out
    gone = cli("unsling", beads[0])
    assert gone.code == 2
    assert "none holds anything" in gone.err


def test_a_person_has_a_hook_that_the_town_leaves_alone(cli, beads):
    assert "the town leaves it alone" in cli("sling", beads[0], "garden/crew/ann").out
    assert "a person's" in cli("hook").out


def test_what_a_session_of_the_only_hook_would_be_told_is_shown(cli, beads):
    assert "say of which bead" in cli("prime").err
    cli("sling", beads[0], "garden")

    told = cli("prime")

    assert told.code == 0, told.err
    assert f"# Dig ({beads[0]})" in told.out
    assert "polecat of" in told.err
    assert "on m:" in told.err
    small = cli("prime", "garden/agate", "--tokens", "300", "--json").json
    assert small["primed"]["budget"] == 300
    assert {"role card", "the rig"} & {cut["name"] for cut in small["primed"]["cut"]}


def test_nobody_is_asked_to_hand_off_where_nobody_works(cli, beads):
    cli("sling", beads[0], "garden")

    answer = cli("handoff", beads[0], "Mind the newts.")

    assert answer.code == 2
    assert "no session" in answer.err
