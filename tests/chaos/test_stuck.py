"""A convoy whose process stands still is recycled and lands; a death is buried by the town itself.

Ages are seconds here: silent for two is stale, for four is stuck.
"""

import signal
import time
from contextlib import suppress

import psutil
import pytest

from flows.launch import launch, wait
from gastown.health.pulse import pulse_file, read_pulses, write_pulse
from gastown.rigs.slots import slots
from tasks.patrolling import RECYCLED, alarms
from tasks.rounds import witness_round
from tests.dying import child as child  # noqa: PLC0414 - for pytest to find it here
from tests.dying import named
from tests.gastown.health.bodies import pulse_of
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]

HEALTH = "\n[health]\nbeat_s = 0.5\nstale_s = 2.0\nstuck_s = 4.0\n"


def stopped(grounds):
    """Stop the process of a session at work, as a debugger or a dying disk does; its step, if any.

    One that was between two sessions goes on.
    """
    for process in grounds.runs():
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGSTOP)
    for pulse in read_pulses(grounds.town.layout):
        with suppress(psutil.NoSuchProcess):
            if pulse.bead and psutil.Process(pulse.pid).status() == psutil.STATUS_STOPPED:
                return pulse.step
    for process in grounds.runs():
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGCONT)
    time.sleep(0.05)
    return ""


@pytest.fixture(scope="module")
def story(grounds):
    """What a Witness did to the stopped session of a convoy that landed: bead, step, actions."""
    with grounds.town.layout.config.open("a", encoding="utf-8") as file:
        file.write(HEALTH)
    town, done = grounds.town, list[str]()
    run = launch(town, grounds.convoy("beat-grid")).run
    steps = list[str]()
    until(lambda: steps.append(stopped(grounds)) or steps[-1])

    def recycled():
        done.extend(one.action for one in alarms(witness_round(town, "beatlane")))
        return "recycle" in done

    until(recycled)
    state = wait(town, run)
    assert state.is_completed(), state.message
    return grounds.bead("beat-grid"), steps[-1], done


def test_it_is_nudged_then_recycled_and_the_convoy_lands(grounds, story):
    bead, step, done = story

    assert done[:2] == ["nudge", "recycle"]
    assert grounds.town.ledger.show(step).metadata[RECYCLED] == 1
    assert grounds.town.ledger.show(bead).status == "closed"


def test_nothing_is_done_twice_and_nothing_is_left(grounds, story):
    bead, *_ = story
    log = grounds.main("beatlane").log("origin/main")
    trailers = [commit.trailers for commit in log if ("bead", bead) in commit.trailers]
    stages = [value for one in trailers for key, value in one if key == "stage"]

    assert "defender 1" in stages
    assert len(stages) == len(set(stages)), stages
    assert slots(grounds.town.layout.rig("beatlane")) == ()


def test_a_death_that_nobody_reported_is_buried_by_a_witness_that_the_worker_calls(
    grounds, story, child
):
    layout = grounds.town.layout
    holder = named(child.pid)
    child.kill()
    child.wait()
    file = pulse_file(layout, "hq-gone", 1)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_pulse(file, pulse_of(step="hq-gone", rig="beatlane", holder=holder))

    until(lambda: not file.exists())
