"""A claim lives as long as its process, and who lost it is told before anything is pushed."""

import threading
import time
from datetime import timedelta

import pytest

from gastown.beads.bead import Draft
from gastown.beads.ledger import Claim
from gastown.errors import ClaimedError, LedgerError, StaleTokenError
from gastown.machine.holder import holder
from gastown.testing import MemoryLedger
from tasks.claims import check_held, claimed, take
from tests.dying import child as child  # noqa: PLC0414 - for pytest to find it here
from tests.dying import named

HOUR = timedelta(hours=1)


@pytest.fixture
def ledger():
    return MemoryLedger()


@pytest.fixture
def bead(ledger):
    return ledger.create(Draft(title="x", prefix="sk")).id


def test_a_dead_holders_claim_is_taken_at_once_and_a_living_ones_is_not(ledger, bead, child):
    ledger.claim(bead, named(child.pid), HOUR)
    with pytest.raises(ClaimedError, match="another run is at work on it"):
        take(ledger, bead)

    child.kill()
    child.wait()

    assert take(ledger, bead).holder == holder()


def test_the_bead_is_given_back_when_the_block_ends_badly(ledger, bead):
    with pytest.raises(ValueError, match="no"), claimed(ledger, bead):
        raise ValueError("no")

    assert ledger.claim_of(bead) is None
    assert ledger.show(bead).status == "open"


def test_who_lost_the_claim_is_told_and_who_has_it_is_not(ledger, bead):
    lost = ledger.claim(bead, "slow", HOUR)
    check_held(ledger, bead, lost.token)

    ledger.claim(bead, "quick", HOUR, evict=lost.token)

    with pytest.raises(StaleTokenError, match="another run took over"):
        check_held(ledger, bead, lost.token)


class BusyLedger(MemoryLedger):
    """Too busy for its first renewals."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def renew(self, claim: Claim, lease: timedelta) -> Claim:
        self.asked += 1
        if self.asked < 3:
            raise LedgerError("the ledger is busy")
        return super().renew(claim, lease)


def test_a_claim_is_renewed_again_after_the_ledger_was_busy(monkeypatch):
    monkeypatch.setattr("tasks.claims.RENEW_S", 0.01)
    ledger = BusyLedger()
    bead = ledger.create(Draft(title="x", prefix="sk")).id

    with claimed(ledger, bead) as claim:
        first = claim.expires_at
        while ledger.asked < 4:
            time.sleep(0.01)
        standing = ledger.claim_of(bead)
        assert standing is not None
        assert standing.expires_at > first


def test_who_is_patient_waits_until_the_holder_is_dead(ledger, bead, child):
    ledger.claim(bead, named(child.pid), HOUR)
    threading.Timer(0.3, child.kill).start()
    with claimed(ledger, bead, patient=True) as claim:
        assert claim.holder == holder()
