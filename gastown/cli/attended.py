"""attended: long work that starts processes, and that a signal ends without a trace.

The work runs in a thread and this one waits. Ctrl-C, SIGTERM (a cancelled CI job) and SIGHUP (a
closed terminal) are noted, never raised: nothing is interrupted where it cannot be, and clean-up
ends whatever else is pressed meanwhile.
"""

import signal
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import TypeVar

from gastown.cli.out import tell
from gastown.town.stop import Stop

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOOK_S = 0.05
_LAST_WORD_S = 2.0  # for the work to end by itself once its processes are gone


class Stopped(KeyboardInterrupt):
    """Raised when a signal ended the work and everything is cleaned up."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(signal.Signals(number).name)


@contextmanager
def heeding() -> Generator[Stop]:
    """Within the block signals are noted; those that were ignored before (nohup) still are.

    A program that was told to stop is stopping: what is pressed after the block changes nothing.
    """
    stop = Stop()
    before = {number: signal.getsignal(number) for number in SIGNALS}
    for number, handler in before.items():
        if handler != signal.SIG_IGN:
            signal.signal(number, stop.hear)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if stop.heard else handler)


def attend(stop: Stop, work: Callable[[], T], clean: Callable[[], None] | None = None) -> T:
    """Do the work; `clean` up when it failed or a signal came, even though more signals come.

    Args:
        stop: What `heeding` gave; the work asks it, `clean` may ask whether to hurry.
        work: Runs in a thread of its own.
        clean: Ends what the work started; it runs here. None: the work does that by itself.

    Raises:
        Stopped: A signal came before the work was done.
        Exception: What the work raised.
    """
    leave_if_asked(stop)
    done = _beside(work)
    while not stop.heard and not wait([done], _LOOK_S).done:
        pass
    asked = bool(stop.heard)
    if asked:
        tell("stopping …")
    if asked or done.exception():
        stop.wish()
        if clean:
            clean()
    if asked:
        wait([done], _LAST_WORD_S if clean else None)
        leave_if_asked(stop)
    return done.result()


def leave_if_asked(stop: Stop) -> None:
    """Raise Stopped if a signal came."""
    if stop.heard:
        raise Stopped(stop.heard[0])


def _beside(work: Callable[[], T]) -> "Future[T]":
    """A daemon thread: where it does not end, it does not keep the program either."""
    done: Future[T] = Future()

    def body() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed on to who waits
            done.set_exception(error)

    threading.Thread(target=body, daemon=True).start()
    return done
