"""Every ledger there is: each test of this folder runs over all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gastown.beads.ledger import Ledger
from gastown.beads.memory import MemoryLedger
from gastown.beads.sqlite import SqliteLedger
from gastown.money.ledger import SpendLedger
from gastown.money.sqlite import SqliteSpendLedger
from gastown.testing import FakeClock, MemorySpendLedger


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["sqlite", "memory"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Ledger]:
    if request.param == "memory":
        yield MemoryLedger(clock)
        return
    with SqliteLedger(tmp_path / "town" / "beads.db", clock=clock) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "memory"])
def spend(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> SpendLedger:
    if request.param == "memory":
        return MemorySpendLedger(clock)
    return SqliteSpendLedger(tmp_path / "town" / "spend.db", clock=clock)
