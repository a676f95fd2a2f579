"""Who is dead, stuck or well among real processes, and what becomes of each."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest

from gastown.beads.bead import Draft
from gastown.escalation.record import open_escalations
from gastown.health.history import history_of, keep_history
from gastown.health.pulse import pulse_folder, read_pulses
from gastown.health.recycle import recycle
from gastown.health.respond import History
from gastown.health.sight import Watcher
from gastown.mail.box import inbox
from gastown.town.processes import MARK, mark_of
from gastown.town.town import Town
from tasks.claims import take
from tasks.patrolling import RECYCLED, Patrol, alarms
from tasks.rounds import deacon_round, seen, witness_round
from tests.tasks.half import Half
from tests.tasks.stuck import ENDED

HEALTH = "\n[health]\nbeat_s = 0.2\nstale_s = 0.5\nstuck_s = 1.0\n"


@pytest.fixture(name="town", scope="module")
def _town(tmp_path_factory):
    town = Half(tmp_path_factory.mktemp("patrolled")).town
    with town.layout.config.open("a", encoding="utf-8") as file:
        file.write(HEALTH)
    return Town.open(town.root)


def impatient(layout, pulse, *, heed_s):
    return recycle(layout, pulse, heed_s=min(heed_s, 0.5), grace_s=0.5)


@contextmanager
def stuck(town, how, *, ours=True):
    """A process whose session of a new step is stuck; its step and itself, once it beats."""
    step = town.ledger.create(Draft(title="Dig deeper", prefix="hq")).id
    environ = {**os.environ, MARK: mark_of(town.layout) if ours else "another's"}
    argv = [sys.executable, "-m", "tests.tasks.stuck", str(town.root), step, how]
    process = subprocess.Popen(argv, env=environ)
    try:
        until(lambda: [one for one in read_pulses(town.layout) if one.step == step])
        yield step, process
    finally:
        process.kill()
        process.wait()
        for left in pulse_folder(town.layout).glob("*"):
            left.unlink()


def until(found, *, tries=400):
    for _ in range(tries):
        if answer := found():
            return answer
        time.sleep(0.05)
    raise AssertionError(found)


def acts_until(town, wanted):
    """The rounds of a Witness until it does what is wanted; everything that it did."""
    done = []

    def look():
        done.extend(one.action for one in alarms(witness_round(town, "garden")))
        return wanted in done

    until(look)
    return done


def test_a_session_that_is_killed_is_seen_at_the_next_look_and_its_step_can_be_taken(town):
    with stuck(town, "loop") as (step, process):
        before = [one.kind for one in seen(town)]
        process.kill()
        process.wait()
        (found,) = seen(town)
        (buried,) = witness_round(town, "garden")

        assert before in (["working"], ["stuck"])
        assert (found.kind, found.action, buried.action) == ("dead", "bury", "bury")
        assert f"process {process.pid}" in found.reason
        assert read_pulses(town.layout) == []
        assert town.ledger.show(step).status == "open"
        assert take(town.ledger, step).token == 2


def test_a_session_that_hears_is_nudged_then_ended_while_its_process_goes_on(town):
    with stuck(town, "loop") as (step, process):
        done = acts_until(town, "recycle")

        assert process.wait(20) == ENDED
        assert done == ["nudge", "recycle"]
        letters = inbox(town.ledger, "garden/polecat")
        assert [one.letter.about for one in letters].count(step) == 1
        assert town.ledger.show(step).metadata[RECYCLED] == 1
        assert town.ledger.show(step).status == "open"


@pytest.mark.parametrize("how", ["kernel", "stopped"])
def test_one_that_does_not_hear_is_ended_with_its_process(town, how, monkeypatch):
    monkeypatch.setattr("tasks.patrolling.recycle", impatient)
    with stuck(town, how) as (step, process):
        acts_until(town, "recycle")

        process.wait(20)
        assert not psutil.pid_exists(process.pid)
        assert [one.step for one in read_pulses(town.layout)] == []
        assert town.ledger.claim_of(step) is None


def test_a_persons_own_program_is_not_ended_but_a_person_is_told(town, monkeypatch):
    monkeypatch.setattr("tasks.patrolling.recycle", impatient)
    with stuck(town, "kernel", ours=False) as (step, process):
        acts_until(town, "recycle")
        more = [one.action for one in witness_round(town, "garden")]

        assert psutil.Process(process.pid).is_running()
        assert more == ["leave"]
        raised = [one for one in open_escalations(town.ledger).values() if one.about == step]
        assert [(one.severity, one.category) for one in raised] == [("HIGH", "lifecycle")]


def test_a_step_whose_sessions_were_recycled_three_times_goes_to_a_person(town):
    with stuck(town, "loop") as (step, process):
        keep_history(town.layout, step, History(recycles=3))
        done = acts_until(town, "escalate")

        assert done == ["nudge", "escalate"]
        assert process.poll() is None
        assert history_of(town.layout, step).recycles == 3
        assert any(one.about == step for one in open_escalations(town.ledger).values())


def test_a_look_does_nothing_and_a_second_witness_at_once_says_nothing_twice(town):
    with stuck(town, "loop") as (step, _):
        until(lambda: [one for one in seen(town) if one.action == "nudge"])
        assert history_of(town.layout, step).nudged == ""
        letters = len(inbox(town.ledger, "garden/polecat"))
        first = witness_round(town, "garden")
        pulse = read_pulses(town.layout)[0]
        again = Patrol(town, "garden/witness", lambda _: True, Watcher())
        again._nudge(pulse, Watcher().judge(pulse, town.config.health))

        assert [one.action for one in first] == ["nudge"]
        assert len(inbox(town.ledger, "garden/polecat")) == letters + 1


def test_the_deacon_does_the_round_of_a_witness_that_is_overdue(town):
    with stuck(town, "loop") as (_, process):
        process.kill()
        process.wait()
        told = []
        found = deacon_round(town, tell=told.append, clock=lambda: time.time() + 3600)

        assert [one.action for one in found] == ["bury"]
        assert any("garden/witness is overdue" in line for line in told)
