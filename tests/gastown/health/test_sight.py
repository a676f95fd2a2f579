"""What can be seen of a session from outside."""

import subprocess
import sys
import time

from gastown.health.sight import Watcher
from gastown.town.tables.health import HealthTable
from tests.gastown.health.bodies import pulse_of

TABLE = HealthTable()
DAY_S = 86_400.0


def test_a_clock_that_was_set_alarms_nobody():
    """Seen from a wall clock a day ahead, a session that has just beaten has just beaten."""
    ahead = Watcher(wall=lambda: time.time() + DAY_S)

    assert ahead.judge(pulse_of(state="thinking"), TABLE).kind == "thinking"


def test_silence_grows_with_the_clock_that_nobody_sets():
    later = Watcher(clock=lambda: time.monotonic() + 400)
    sight = later.look(pulse_of(state="thinking", until=time.monotonic() + 600))

    assert 400 <= sight.silence_s < 460
    assert sight.over_s is not None
    assert -200 <= sight.over_s < -140


def test_of_another_host_only_its_beats_are_known():
    pulse = pulse_of(holder="elsewhere:1:1.0", beat=100.0, changed=90.0, beat_s=15)
    sight = Watcher(wall=lambda: 131.0).look(pulse)

    assert (sight.life, sight.beat_s, sight.silence_s) == ("unknown", 31.0, 41.0)


def test_a_command_counts_while_it_runs_and_its_zombie_does_not():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        pulse = pulse_of(state="tool", command=child.pid)
        before = Watcher().look(pulse).command
        child.kill()
        while child.poll() is None:
            time.sleep(0.01)

    assert (before, Watcher().look(pulse).command) == (True, False)


def test_git_whose_number_nobody_notes_is_seen_as_a_child():
    pulse = pulse_of(state="tool", what="git")
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        during = Watcher().look(pulse).command
        child.kill()

    assert during


def test_a_thread_that_took_much_of_a_core_computes():
    shares = (0.0, 0.09, 0.9)

    assert [Watcher().look(pulse_of(busy=one)).computes for one in shares] == [False, False, True]
