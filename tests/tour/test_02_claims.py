"""2. Claims: who works on a bead, and why the dead close nothing.

Agents die, hang, and come back. A claim has a lease that runs out, and a token that only grows:
whoever comes back with an old token can change nothing any more.
"""

from datetime import timedelta

import pytest

from gastown.beads.bead import Draft
from gastown.errors import ClaimedError, StaleTokenError
from gastown.testing import FakeClock, MemoryLedger

LEASE = timedelta(minutes=5)


def test_one_worker_at_a_time():
    ledger = MemoryLedger()
    bead = ledger.create(Draft(title="Bake"))

    ledger.claim(bead.id, "amber", LEASE)

    with pytest.raises(ClaimedError, match="amber"):
        ledger.claim(bead.id, "agate", LEASE)


def test_who_works_renews_the_lease():
    clock = FakeClock()
    ledger = MemoryLedger(clock)
    claim = ledger.claim(ledger.create(Draft(title="Bake")).id, "amber", LEASE)

    clock.advance(240)
    claim = ledger.renew(claim, LEASE)
    clock.advance(240)

    with pytest.raises(ClaimedError):
        ledger.claim(claim.bead, "agate", LEASE)


def test_a_lease_that_ran_out_lets_another_take_over():
    clock = FakeClock()
    ledger = MemoryLedger(clock)
    bead = ledger.create(Draft(title="Bake"))
    dead = ledger.claim(bead.id, "amber", LEASE)

    clock.advance(301)
    heir = ledger.claim(bead.id, "agate", LEASE)

    assert heir.token > dead.token


def test_whoever_comes_back_from_the_dead_closes_nothing():
    clock = FakeClock()
    ledger = MemoryLedger(clock)
    bead = ledger.create(Draft(title="Bake"))
    dead = ledger.claim(bead.id, "amber", LEASE)
    clock.advance(301)
    heir = ledger.claim(bead.id, "agate", LEASE)

    with pytest.raises(StaleTokenError):
        ledger.close(bead.id, "baked", token=dead.token)

    closed = ledger.close(bead.id, "baked", token=heir.token, evidence={"commit": "1f2e3d"})
    assert closed.metadata["evidence"] == {"commit": "1f2e3d"}
