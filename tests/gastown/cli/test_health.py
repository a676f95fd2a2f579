"""`town health`: who is how, and because of what."""

import time
from typing import Any

from gastown.health.pulse import pulse_file, write_pulse
from gastown.town.layout import TownLayout
from tests.gastown.health.bodies import pulse_of


def note(root, **more: Any):
    pulse = pulse_of(rig="garden", **more)
    file = pulse_file(TownLayout(root), pulse.step, pulse.attempt)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_pulse(file, pulse)
    return file


def test_a_town_at_rest_has_no_sessions(cli, oak):
    answer = cli("health")

    assert (answer.code, answer.out.strip()) == (0, "sessions: none")


def test_each_session_is_told_with_its_state_and_the_reason(cli, oak):
    note(oak, state="thinking", what="qwen")
    answer = cli("health")

    assert answer.code == 0
    assert "garden/polecat" in answer.out
    assert "thinking qwen, last heard of" in answer.out


def test_a_program_is_told_everything_and_a_death_is_an_exit_code(cli, oak, monkeypatch):
    file = note(oak, holder="elsewhere:1:1.0", beat=time.time() - 60, changed=time.time() - 60)
    answer = cli("health", "--json")
    (found,) = answer.json

    assert answer.code == 1
    assert (found["kind"], found["action"]) == ("dead", "bury")
    assert file.exists()


def test_what_is_due_is_done_when_it_is_asked_for(cli, oak):
    file = note(oak, holder="elsewhere:1:1.0", beat=time.time() - 60, changed=time.time() - 60)
    answer = cli("health", "--act")

    assert answer.code == 0
    assert "bury" in answer.err
    assert not file.exists()
