"""What every ledger promises of claims: who may work, for how long, and who may close."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from gastown.beads.ledger import Claim, Ledger
from gastown.errors import ClaimedError, GasTownError, LedgerError, StaleTokenError
from gastown.testing import FakeClock
from tests.conformance.given import kinds, make

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class TestClaim:
    def test_a_claim_sets_in_progress_and_takes_the_bead_out_of_ready(self, ledger: Ledger):
        bead = make(ledger, "x").id
        claim = ledger.claim(bead, "me", HOUR)

        assert (claim.token, ledger.claim_of(bead)) == (1, claim)
        assert ledger.show(bead).status == "in_progress"
        assert ledger.ready() == []

    def test_a_live_claim_is_named_with_holder_and_expiry(self, ledger: Ledger):
        bead = make(ledger, "x").id
        ledger.claim(bead, "host:1:2", HOUR)

        with pytest.raises(ClaimedError, match=r"host:1:2 until 2026-01-29T10:00:00"):
            ledger.claim(bead, "other", HOUR)

    def test_an_expired_claim_may_be_taken_and_its_holder_is_fenced_off(
        self, ledger: Ledger, clock: FakeClock
    ):
        bead = make(ledger, "x").id
        old = ledger.claim(bead, "old", MINUTE)
        clock.advance(60)
        new = ledger.claim(bead, "new", MINUTE)

        assert new.token == old.token + 1
        refused: list[Callable[[], object]] = [
            lambda: ledger.close(bead, "late", token=old.token),
            lambda: ledger.update(bead, {"title": "late"}, token=old.token),
            lambda: ledger.renew(old, HOUR),
        ]
        for call in refused:
            with pytest.raises(StaleTokenError, match=r"token 1 is void, the newest is 2 of new"):
                call()
        ledger.release(old)
        assert ledger.claim_of(bead) == new
        assert ledger.close(bead, "done", token=new.token).close_reason == "done"

    def test_a_slow_holder_nobody_relieved_may_still_close(self, ledger: Ledger, clock: FakeClock):
        bead = make(ledger, "x").id
        claim = ledger.claim(bead, "slow", MINUTE)
        clock.advance(3600)

        assert ledger.close(bead, "done", token=claim.token).status == "closed"

    def test_evict_takes_the_live_claim_that_it_names_and_no_later_one(self, ledger: Ledger):
        bead = make(ledger, "x").id
        dead = ledger.claim(bead, "dead", HOUR)
        taken = ledger.claim(bead, "new", HOUR, evict=dead.token)

        assert taken.token == 2
        with pytest.raises(StaleTokenError):
            ledger.renew(dead, HOUR)
        with pytest.raises(ClaimedError, match="claimed by new"):
            ledger.claim(bead, "slower", HOUR, evict=dead.token)

    def test_renewing_keeps_the_token_and_moves_the_end(self, ledger: Ledger, clock: FakeClock):
        claim = ledger.claim(make(ledger, "x").id, "me", MINUTE)
        clock.advance(30)
        longer = ledger.renew(claim, HOUR)

        assert longer == Claim(claim.bead, "me", claim.token, clock.now + HOUR)
        assert ledger.claim_of(claim.bead) == longer

    def test_tokens_grow_over_release_close_and_reopen(self, ledger: Ledger):
        bead = make(ledger, "x").id
        tokens: list[int] = []
        for _ in range(3):
            ledger.release(ledger.claim(bead, "a", HOUR))
            claim = ledger.claim(bead, "b", HOUR)
            ledger.close(bead, "done", token=claim.token)
            ledger.reopen(bead, "again")
            tokens.append(claim.token)

        assert tokens == [2, 4, 6]

    def test_release_gives_the_bead_back(self, ledger: Ledger):
        bead = make(ledger, "x")
        claim = ledger.claim(bead.id, "me", HOUR)
        ledger.release(claim)
        ledger.release(claim)

        assert ledger.claim_of(bead.id) is None
        assert ledger.ready() == [ledger.show(bead.id)]
        with pytest.raises(StaleTokenError, match="none stands"):
            ledger.close(bead.id, "late", token=claim.token)

    def test_only_an_open_unblocked_bead_can_be_claimed(self, ledger: Ledger):
        first = make(ledger, "first").id
        second = make(ledger, "second", needs=(first,)).id
        with pytest.raises(LedgerError, match=f"blocked by {first}"):
            ledger.claim(second, "me", HOUR)
        ledger.close(first, "done")
        with pytest.raises(LedgerError, match="is closed"):
            ledger.claim(first, "me", HOUR, evict=0)
        ledger.update(second, {"status": "deferred"})
        with pytest.raises(LedgerError, match="is deferred"):
            ledger.claim(second, "me", HOUR)

    def test_a_bead_in_progress_elsewhere_is_taken_only_by_evicting(self, ledger: Ledger):
        bead = make(ledger, "x").id
        ledger.update(bead, {"status": "in_progress"})

        with pytest.raises(LedgerError, match="is in_progress"):
            ledger.claim(bead, "me", HOUR)
        assert ledger.claim(bead, "me", HOUR, evict=0).token == 1

    def test_a_lease_of_no_length_is_refused(self, ledger: Ledger):
        bead = make(ledger, "x").id
        with pytest.raises(LedgerError, match="a lease of 0 s"):
            ledger.claim(bead, "me", timedelta(0))
        claim = ledger.claim(bead, "me", HOUR)
        with pytest.raises(LedgerError, match="a lease of -3600 s"):
            ledger.renew(claim, -HOUR)

    def test_of_many_threads_one_wins(self, ledger: Ledger):
        beads = [make(ledger, str(n)).id for n in range(20)]
        won: list[str] = []
        gate = threading.Barrier(8)

        def race(me: str) -> None:
            gate.wait()
            for bead in beads:
                try:
                    won.append(ledger.claim(bead, me, HOUR).bead)
                except ClaimedError:
                    continue

        threads = [threading.Thread(target=race, args=(str(n),)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(won) == sorted(beads)


class TestClose:
    def test_a_close_records_reason_time_and_evidence(self, ledger: Ledger, clock: FakeClock):
        bead = make(ledger, "x", metadata={"key": "k"}).id
        clock.advance(9)
        done = ledger.close(bead, "merged", evidence={"commit": "abc", "tests": (1, 2)})

        assert done == ledger.show(bead)
        assert (done.status, done.close_reason, done.closed_at) == ("closed", "merged", clock.now)
        assert done.metadata == {"key": "k", "evidence": {"commit": "abc", "tests": [1, 2]}}

    def test_a_bead_closes_once(self, ledger: Ledger):
        bead = make(ledger, "x").id
        ledger.close(bead, "merged")

        with pytest.raises(LedgerError, match=r"already closed \(merged\).*town bead reopen"):
            ledger.close(bead, "again")

    def test_several_close_together_or_not_at_all(self, ledger: Ledger):
        one, two, three, held = (make(ledger, title).id for title in ("1", "2", "3", "held"))
        ledger.close(three, "merged")
        ledger.claim(held, "me", MINUTE)

        for refused in (three, held, "hq-none"):
            with pytest.raises(GasTownError, match=refused):
                ledger.close_many([one, two, refused], "done")
        assert ledger.show(one).status == ledger.show(two).status == "open"

        closed = ledger.close_many([two, one, two], "done", actor="ann")
        assert [(bead.id, bead.status) for bead in closed] == [(two, "closed"), (one, "closed")]
        assert ledger.events(bead=two)[-1].data == {"reason": "done"}
        assert ledger.events(bead=two)[-1].actor == "ann"

    def test_a_claimed_bead_closes_only_with_its_token(self, ledger: Ledger, clock: FakeClock):
        bead = make(ledger, "x").id
        claim = ledger.claim(bead, "me", MINUTE)
        with pytest.raises(StaleTokenError, match="claimed by me"):
            ledger.close(bead, "by hand")
        with pytest.raises(StaleTokenError):
            ledger.close(bead, "guess", token=claim.token + 1)
        clock.advance(60)

        assert ledger.close(bead, "by hand").status == "closed"
        with pytest.raises(StaleTokenError):
            ledger.renew(claim, MINUTE)

    def test_reopening_voids_claim_and_evidence_and_keeps_both_on_record(self, ledger: Ledger):
        bead = make(ledger, "x", metadata={"key": "k"}).id
        ledger.close(bead, "merged", evidence={"commit": "abc"})
        again = ledger.reopen(bead, "tests were red", actor="refinery")

        assert (again.status, again.closed_at, again.close_reason) == ("open", None, "")
        assert again.metadata == {"key": "k"}
        last = ledger.events(bead=bead)[-1]
        assert dict(last.data) == {"reason": "tests were red", "evidence": {"commit": "abc"}}

        claim = ledger.claim(bead, "me", HOUR)
        ledger.reopen(bead, "stuck")
        assert ledger.claim_of(bead) is None
        with pytest.raises(StaleTokenError):
            ledger.close(bead, "late", token=claim.token)

    def test_reopening_an_open_bead_changes_nothing(self, ledger: Ledger):
        bead = make(ledger, "x")

        assert ledger.reopen(bead.id, "why not") == bead
        assert kinds(ledger, bead.id) == ["created"]
