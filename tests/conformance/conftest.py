"""Every ledger there is: each test of this folder runs over all of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gastown.beads.ledger import Ledger
from gastown.beads.memory import MemoryLedger
from gastown.beads.sqlite import SqliteLedger
from gastown.testing import FakeClock


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
