"""Signals end attended work in order: the work hears of it, clean-up is not disturbed."""

import os
import signal
import subprocess
import sys
import time

import pytest

from gastown.cli.attended import SIGNALS, Stopped, attend, heeding
from gastown.errors import GasTownError, StoppedError


@pytest.fixture(autouse=True)
def _handlers():
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def press(number: int = signal.SIGINT, times: int = 1) -> None:
    for _ in range(times):
        os.kill(os.getpid(), number)
        time.sleep(0.02)


def test_work_that_ends_by_itself_gives_its_result_and_nothing_is_cleaned():
    before = [signal.getsignal(number) for number in SIGNALS]
    with heeding() as stop:
        assert attend(stop, lambda: "done", pytest.fail) == "done"

    assert [signal.getsignal(number) for number in SIGNALS] == before


def test_work_that_fails_is_cleaned_up_after_and_its_error_is_told():
    cleaned = list[str]()

    def work() -> None:
        raise GasTownError("no disk")

    with heeding() as stop, pytest.raises(GasTownError, match="no disk"):
        attend(stop, work, lambda: cleaned.append("cleaned"))

    assert cleaned == ["cleaned"]


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_stops_the_work_and_clean_up_runs_whatever_is_pressed_then(number, capsys):
    ended, patience = list[str](), list[bool]()

    def work() -> None:
        press(number)
        try:
            stop.sleep(30)
        except StoppedError:
            ended.append("work")
            raise

    def clean() -> None:
        patience.append(stop.hurry())
        press(times=2)
        patience.append(stop.hurry())
        ended.append("clean-up")

    with heeding() as stop, pytest.raises(Stopped) as stopped:
        attend(stop, work, clean)

    assert stopped.value.number == number
    assert sorted(ended) == ["clean-up", "work"]
    assert patience == [False, True]
    assert capsys.readouterr().err == "stopping …\n"


def test_who_presses_once_more_after_the_end_changes_nothing():
    with pytest.raises(Stopped), heeding() as stop:
        attend(stop, lambda: press() or stop.sleep(30))

    press(times=2)


def test_work_that_cleans_up_by_itself_is_waited_for():
    ended = list[str]()

    def work() -> None:
        press(times=3)
        try:
            stop.sleep(30)
        except StoppedError:
            time.sleep(0.3)
            ended.append("work")
            raise

    with heeding() as stop, pytest.raises(Stopped):
        attend(stop, work)

    assert ended == ["work"]


def test_a_signal_that_was_ignored_before_still_is():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with heeding() as stop:
            assert attend(stop, lambda: press(signal.SIGHUP) or "done") == "done"
        assert stop.heard == ()
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def test_progress_that_nobody_reads_any_more_is_no_error():
    code = "from gastown.cli.out import tell; tell('a'); tell('b'); print('done')"
    with subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.stdin.read(); {code}"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stderr.close()
        process.stdin.close()

        assert process.stdout.read() == b"done\n"
        assert process.wait() == 0
