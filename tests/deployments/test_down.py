"""`down` ends a town's processes, whoever listens."""

import os
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from deployments.alone import alone
from deployments.down import down
from gastown.errors import StoppedError
from gastown.founding.install import install
from gastown.machine.admission.here import open_ledger
from gastown.town.config import load_config
from gastown.town.layout import TownLayout
from gastown.town.processes import MARK, mark_of, marked, write_record
from gastown.town.stop import Stop
from tests.dying import named
from tests.gastown.machine.admission.given import PC, session


@pytest.fixture
def layout(tmp_path):
    return TownLayout(tmp_path)


@pytest.fixture
def sleeper(layout):
    env = {**os.environ, MARK: mark_of(layout)}
    with subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"], env=env
    ) as process:
        yield process
        process.kill()


def broken(_line: str) -> None:
    raise BrokenPipeError


@pytest.mark.parametrize("recorded", ["server_record", "worker_record", ""])
def test_processes_end_even_where_progress_cannot_be_told(layout, sleeper, recorded):
    if recorded:
        write_record(getattr(layout, recorded), sleeper.pid)

    assert down(layout, broken).ended == 1

    assert marked(layout) == {}


def test_only_a_long_wait_for_another_start_is_told_and_it_can_be_left(layout):
    told, stop = list[str](), Stop()
    threading.Timer(0.2, stop.wish).start()

    with (
        alone(layout, told.append),
        pytest.raises(StoppedError),
        alone(layout, told.append, stop.sleep),
    ):
        raise AssertionError
    assert told == []

    def patience(seconds: float) -> None:
        if told:
            raise TimeoutError
        time.sleep(seconds)

    with (
        alone(layout, told.append),
        pytest.raises(TimeoutError),
        alone(layout, told.append, patience),
    ):
        raise AssertionError
    assert len(told) == 1


def test_room_that_the_ended_held_is_taken_back(layout, sleeper):
    install(layout.root / "oak", "oak")
    town = TownLayout(layout.root / "oak")
    with closing(open_ledger(town, load_config(town.config).machine)) as ledger:
        ledger.ask(session(), PC, who=named(sleeper.pid))
        write_record(town.worker_record, sleeper.pid)

        down(town, lambda _: None)

        assert ledger.lost().leases == ()
