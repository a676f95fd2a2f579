"""Claims of a process: taken with a lease, renewed while the work goes on, void when it dies."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import timedelta

from gastown.beads.ledger import Claim, Ledger
from gastown.errors import ClaimedError, LedgerDiskFullError, LedgerError, StaleTokenError
from gastown.machine.holder import holder, is_dead

LEASE = timedelta(seconds=90)  # a lost machine's steps are free again after this
_TURN_S = 0.5
RENEW_S = 20.0  # four tries before a lease runs out


def take(ledger: Ledger, bead: str) -> Claim:
    """Claim a bead; a holder of this host that died is evicted without waiting for its lease."""
    standing = ledger.claim_of(bead)
    dead = standing.token if standing is not None and is_dead(standing.holder) else None
    try:
        return ledger.claim(bead, holder(), LEASE, evict=dead)
    except ClaimedError as error:
        raise ClaimedError(f"{error}; another run is at work on it") from None


def _take_in_turn(ledger: Ledger, bead: str) -> Claim:
    while True:
        with suppress(ClaimedError):
            return take(ledger, bead)
        time.sleep(_TURN_S)


def check_held(ledger: Ledger, bead: str, token: int) -> None:
    """Raise StaleTokenError when the claim of this token was lost: another is at the work now."""
    standing = ledger.claim_of(bead)
    if standing is None or standing.token != token:
        raise StaleTokenError(f"{bead}: another run took over; nothing more is done here")


@contextmanager
def claimed(ledger: Ledger, bead: str, *, patient: bool = False) -> Generator[Claim]:
    """Hold a bead for the block, then give it back; one that was closed meanwhile stays closed.

    `patient` waits until whoever holds it is done or dead.
    """
    claim = _take_in_turn(ledger, bead) if patient else take(ledger, bead)
    done = threading.Event()
    keeper = threading.Thread(target=_keep, args=(ledger, claim, done), daemon=True)
    keeper.start()
    try:
        yield claim
    finally:
        done.set()
        keeper.join()
        with suppress(LedgerError):
            _release(ledger, claim)


def _release(ledger: Ledger, claim: Claim) -> None:
    """Give it back; on a full disk again and again, until its lease is over in any case.

    Else this process would meet its own claim when it takes the work up again.
    """
    end = time.monotonic() + LEASE.total_seconds()
    while True:
        try:
            return ledger.release(claim)
        except LedgerDiskFullError:
            if time.monotonic() > end:
                raise
        time.sleep(_TURN_S)


def _keep(ledger: Ledger, claim: Claim, done: threading.Event) -> None:
    while not done.wait(RENEW_S):
        try:
            ledger.renew(claim, LEASE)
        except StaleTokenError:
            return  # lost: `check_held` stops the holder before it pushes, its token after
        except LedgerError:
            continue  # the ledger was busy; the lease outlasts three more tries
