"""Boot wakes the Deacon by facts; a model, without tools, says so only where they do not decide."""

import time
from collections.abc import Generator
from typing import Any

import pytest

from gastown.health.pulse import pulse_file, write_pulse
from gastown.health.rounds import Round, keep_round, last_round
from gastown.mail.letter import write
from gastown.mail.post import send
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Turn
from tasks.rounds import boot_round, deacon_round, seen, witness_round
from tests.dying import child as child  # noqa: PLC0414 - for pytest to find it here
from tests.dying import named
from tests.gastown.health.bodies import pulse_of
from tests.tasks.half import Half
from tests.tasks.oak import make_oak, rows

ANSWER = '{"call": "wait", "reason": "The prompt is long, so it may well think."}'
SCRIPT = Script({("boot", "triage", 1): (Turn(text=ANSWER),)})
TEN_MIN = 600.0


@pytest.fixture
def server() -> Generator[RehearsalServer]:
    with RehearsalServer(SCRIPT, pace=UNPACED) as one:
        yield one


@pytest.fixture
def town(tmp_path, server):
    return make_oak(tmp_path, rows(server.url, both=["crew"]))


def note(town, **more: Any):
    pulse = pulse_of(rig="", **more)
    file = pulse_file(town.layout, pulse.step, pulse.attempt)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_pulse(file, pulse)


def doubtful(town):
    """A model that has thought for six minutes, as it may, and a Deacon that looked ten ago."""
    clock = time.monotonic()
    note(town, state="thinking", changed_clock=clock - 360, until=clock + 3600)
    keep_round(town.layout, "deacon", Round(at=time.time() - TEN_MIN, sessions=1, acts=0))


def test_a_town_at_rest_wakes_nobody_and_asks_nobody(town, server):
    assert boot_round(town).call == "wait"
    assert server.served == []


def test_a_deacon_that_never_looked_is_woken_without_a_model(town, server):
    note(town)

    assert boot_round(town).call == "wake"
    assert server.served == []


def test_where_facts_do_not_decide_the_model_does(town, server):
    doubtful(town)
    called = boot_round(town)

    assert called.call == "wait"
    assert "so it may well think" in called.reason
    assert len(server.served) == 1


def test_it_is_not_asked_where_that_is_not_wished_or_a_letter_waits(town, server):
    doubtful(town)
    silent = boot_round(town, ask=False)
    letter = write(kind="HELP", sender="mayor", to="deacon", subject="x", fields={"Problem": "y"})
    send(town.ledger, letter)
    mailed = boot_round(town)

    assert (silent.call, mailed.call) == ("wake", "wake")
    assert server.served == []


def test_a_model_that_cannot_be_asked_wakes_the_deacon(tmp_path):
    town = make_oak(tmp_path, rows("http://127.0.0.1:9", far=["mayor"]))
    doubtful(town)
    called = boot_round(town)

    assert called.call == "wake"
    assert "no model could say" in called.reason


def test_each_round_is_kept_and_the_deacon_hears_of_what_a_witness_did(tmp_path, child):
    town = Half(tmp_path).town
    note(town)
    pulse = pulse_of(rig="garden", step="hq-dead", holder=named(child.pid))
    write_pulse(pulse_file(town.layout, "hq-dead", 1), pulse)
    child.kill()
    child.wait()
    witness_round(town, "garden", clock=lambda: 1000.0)
    told = list[str]()
    found = deacon_round(town, tell=told.append, clock=lambda: 1001.0)

    assert last_round(town.layout, "garden/witness") == Round(at=1000.0, sessions=1, acts=1)
    assert last_round(town.layout, "deacon") == Round(at=1001.0, sessions=1, acts=0)
    assert [one.action for one in found] == ["leave"]
    assert told == ["garden/witness: WITNESS_PING: 1 sessions of garden needed something"]
    assert len(seen(town)) == 1
