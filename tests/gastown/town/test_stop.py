"""A wish to end is heard by every thread, and starts nothing more."""

import threading
import time

import pytest

from gastown.errors import StoppedError
from gastown.town.stop import Stop


def test_nothing_is_stopped_before_somebody_wishes_it():
    stop = Stop()
    stop.check()
    stop.sleep(0)
    with stop.starting():
        pass

    assert (stop.heard, stop.hurry()) == ((), False)


def test_a_wish_ends_a_sleep_at_once_and_every_start():
    stop = Stop()
    threading.Timer(0.1, stop.wish).start()
    begin = time.monotonic()

    with pytest.raises(StoppedError):
        stop.sleep(30)
    with pytest.raises(StoppedError), stop.starting():
        raise AssertionError

    assert time.monotonic() - begin < 5


def test_a_start_in_hand_is_finished_before_the_wish_is_granted():
    stop, order = Stop(), list[str]()
    entered = threading.Event()

    def start() -> None:
        with stop.starting():
            entered.set()
            time.sleep(0.1)
            order.append("started")

    thread = threading.Thread(target=start)
    thread.start()
    entered.wait()
    stop.wish()
    order.append("wished")
    thread.join()

    assert order == ["started", "wished"]


def test_three_signals_are_a_hurry():
    stop = Stop()
    for number in (2, 15, 2):
        assert not stop.hurry()
        stop.hear(number)

    assert (stop.heard, stop.hurry()) == ((2, 15, 2), True)
