"""Whose word counts on a schedule: a person's, then ours; nothing of a person's is undone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.town.config import TownConfig
from gastown.town.schedules import Standing, load_ours, ready_to_run, save_ours, settled

STANDINGS = st.builds(
    Standing,
    cron=st.sampled_from(["0 6 * * *", "0 7 * * *"]),
    timezone=st.sampled_from(["UTC", "Europe/Berlin"]),
    active=st.booleans(),
)
READY = st.sampled_from([None, "town.toml has its source issues"])
OFF = Standing(cron="0 6 * * *", timezone="UTC", active=False)
ON = OFF.model_copy(update={"active": True})
MOVED = OFF.model_copy(update={"cron": "0 9 * * *"})


def test_a_new_schedule_is_off_until_there_is_something_to_do():
    assert settled(OFF, ready=None, known=None, ours=None).standing == OFF
    assert settled(OFF, ready="a source", known=None, ours=None).standing == ON


def test_what_nobody_touched_follows_the_sources_and_prefect_yaml():
    assert settled(OFF, ready="a source", known=OFF, ours=OFF).standing == ON
    assert settled(OFF, ready=None, known=ON, ours=ON).standing == OFF
    assert settled(MOVED, ready=None, known=OFF, ours=OFF).standing == MOVED


@pytest.mark.parametrize(
    ("known", "because"),
    [(MOVED, "a person changed it"), (ON, "a person changed it"), (None, "a person removed it")],
)
def test_what_a_person_did_stays(known, because):
    found = settled(OFF, ready=None, known=known, ours=OFF)

    assert (found.standing, found.because) == (known, because)


@given(STANDINGS, READY, STANDINGS | st.none(), STANDINGS | st.none())
def test_what_stands_otherwise_than_we_set_it_is_never_changed(default, ready, known, ours):
    found = settled(default, ready=ready, known=known, ours=ours)

    if known != ours:
        assert found.standing == known
    remembered = ours if found.standing == known else found.standing
    again = settled(default, ready=ready, known=found.standing, ours=remembered)
    assert again.standing == found.standing


@pytest.mark.parametrize(
    ("more", "flow", "ready"),
    [
        ({}, "bug-scout", False),
        ({"sources": {"a": {"kind": "feed", "url": "https://f.example"}}}, "oracle", True),
        ({"sources": {"a": {"kind": "feed", "url": "https://f.example"}}}, "bug-scout", False),
        (
            {"sources": {"a": {"kind": "feed", "url": "https://f.example", "enabled": False}}},
            "oracle",
            False,
        ),
        ({"assistant": {"notify": ["slack-webhook/team"]}}, "assistant", True),
        ({}, "assistant", False),
    ],
)
def test_a_role_is_ready_when_town_toml_gives_it_something_to_do(more, flow, ready):
    config = TownConfig.model_validate({"town": {"name": "oak"}, **more})

    assert (ready_to_run(config, flow) is not None) is ready


def test_what_we_set_is_remembered_and_a_broken_file_says_nothing(tmp_path):
    file = tmp_path / "state" / "schedules.json"
    assert load_ours(file) == {}
    save_ours(file, {"oracle/oracle/daily": ON})
    assert load_ours(file) == {"oracle/oracle/daily": ON}
    file.write_text("[")
    assert load_ours(file) == {}
