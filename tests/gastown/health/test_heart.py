"""A session's pulse while it lives."""

import threading
import time

import pytest

from gastown.health.heart import Heart
from gastown.health.pulse import pulse_file, read_pulses
from gastown.signs import answered, during, listener, running, streamed
from gastown.town.layout import TownLayout
from tests.gastown.health.bodies import pulse_of


@pytest.fixture(name="layout")
def _layout(tmp_path):
    return TownLayout(tmp_path)


def opened(layout, beat_s=15.0):
    pulse = pulse_of(beat_s=beat_s)
    return Heart(pulse_file(layout, pulse.step, pulse.attempt), pulse, look_s=0.02)


def seen(layout, wanted, *, tries=100):
    """The pulse once it is as wanted."""
    for _ in range(tries):
        for found in read_pulses(layout):
            if wanted(found):
                return found
        time.sleep(0.05)
    raise AssertionError(read_pulses(layout))


def test_a_session_has_a_pulse_from_its_begin_to_its_end(layout):
    with opened(layout):
        during_it = read_pulses(layout)

    assert [one.state for one in during_it] == ["idle"]
    assert read_pulses(layout) == []


def test_it_has_none_after_an_error(layout):
    with pytest.raises(ValueError, match="x"), opened(layout):
        raise ValueError("x")

    assert read_pulses(layout) == []


def test_what_a_session_does_is_noted(layout):
    with opened(layout), during("tool", "run_tests", 60):
        running(4711)
        pulse = seen(layout, lambda one: one.command)

    assert (pulse.state, pulse.what, pulse.command) == ("tool", "run_tests", 4711)
    assert pulse.until is not None
    assert 0 < pulse.until - pulse.beat_clock <= 60


def test_what_was_before_goes_on_after_what_was_within(layout):
    with opened(layout), during("tool", "submit", 60):
        with during("waiting", "merge queue"):
            waiting = seen(layout, lambda one: one.state == "waiting")
        again = seen(layout, lambda one: one.state == "tool")

    assert (waiting.what, waiting.until) == ("merge queue", None)
    assert again.what == "submit"


def test_an_answer_that_comes_is_streaming_and_its_turn_is_counted(layout):
    with opened(layout):
        with during("thinking", "qwen"):
            for _ in range(3):
                streamed("word")
            coming = seen(layout, lambda one: one.tokens == 3)
        answered(120)
        after = seen(layout, lambda one: one.turns)

    assert coming.state == "streaming"
    assert (after.state, after.turns, after.tokens) == ("idle", 1, 120)


def test_it_beats_while_nothing_happens(layout):
    with opened(layout, beat_s=0.01):
        first = read_pulses(layout)[0]
        later = seen(layout, lambda one: one.beat_clock > first.beat_clock)

    assert later.changed_clock == first.changed_clock


def test_a_folder_that_cannot_be_written_does_not_end_a_session(layout):
    with opened(layout, beat_s=0.01):
        file = pulse_file(layout, "hq-mol-a.1", 1)
        file.unlink()
        file.mkdir()
        time.sleep(0.2)
        file.rmdir()
        file.with_suffix(".new").unlink(missing_ok=True)
        assert seen(layout, lambda one: one.step == "hq-mol-a.1")


def test_signs_of_another_thread_are_not_a_sessions_unless_it_is_told_who_listens(layout):
    heard = []
    with opened(layout) as heart:
        thread = threading.Thread(target=lambda: heard.append(listener()))
        thread.start()
        thread.join()

        assert listener() is heart
    assert heard == [None]
    assert listener() is None


def test_without_a_listener_signs_are_nothing():
    with during("tool", "ls"):
        running(1)
        streamed("x")
        answered(3)

    assert listener() is None
