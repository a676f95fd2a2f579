"""How much a thread computes."""

import threading
import time

from gastown.health.load import Load


def load_after(work, *, seconds=1.1):
    """The share that `work`, done in this thread again and again, takes."""
    load = Load(threading.get_ident(), threading.get_native_id())
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        work()
    return load.share(time.monotonic())


def test_a_thread_that_computes_is_busy_however_little_of_a_core_it_gets():
    assert load_after(lambda: sum(range(1000))) > 0.5


def test_a_thread_that_waits_is_not():
    assert load_after(lambda: time.sleep(0.3)) < 0.5


def test_too_soon_it_says_what_it_said_before():
    load = Load(threading.get_ident(), threading.get_native_id())

    assert load.share(time.monotonic()) == 0.0
