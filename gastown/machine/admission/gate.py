"""Gate: a process's way to the ledger: asks, hears of grants, and renews what it holds.

One thread serves all who wait in the process. It sleeps until its bell rings; while somebody waits
it also looks by itself, often if he is first in the queue, so that neither a holder's nor a
ringer's death is missed for long.
"""

import itertools
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from typing import Self

from gastown.errors import LedgerError
from gastown.machine.admission.ask import Ask, Lease
from gastown.machine.admission.bell import Bell, sweep
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.offer import Offer
from gastown.machine.admission.ticket import Heard, Ticket
from gastown.machine.holder import holder, is_dead

FIRST_LOOK_S = 0.1
LATER_LOOK_S = 0.5
_RENEWALS = 4  # so many in the time of a lease, so that three may fail
_count = itertools.count()


class Gate:
    """Use it in a `with`, or close it; what it still holds then is given back.

    Args:
        ledger: The host's.
        offer: What this process may see taken of the machine, asked at every look.
        lost: Hears of a lease that was lost; the work for it is not ended.
    """

    def __init__(
        self,
        ledger: AdmissionLedger,
        offer: Callable[[], Offer],
        *,
        lost: Callable[[Lease], None] | None = None,
    ) -> None:
        self.ledger = ledger
        self.offer = offer
        self._lost = lost
        self._first = True
        self._lock = threading.Lock()
        self._waits: dict[int, Ticket] = {}
        self._holds: dict[int, Lease] = {}
        self._owed: list[Callable[[], object]] = []
        self._closed = threading.Event()
        sweep(ledger.bells, is_dead)
        self._bell = Bell(ledger.bells / f"{holder()}~{next(_count)}.bell")
        self._thread = threading.Thread(target=self._serve, name="gate", daemon=True)
        self._thread.start()

    def ask(self, ask: Ask, heard: Heard | None = None) -> Ticket:
        """Ask without waiting; `heard` is called when the lease is there, by whoever brings it.

        Raises OvercommitError when it can never be given.
        """
        ticket = Ticket(ask, heard)
        with self._lock:  # a grant that comes at once finds its ticket known
            answer = self.ledger.ask(ask, self.offer(), bell=self._bell.name)
            ticket.number, ticket.because = answer.ticket, answer.because
            if answer.lease is None:
                self._waits[answer.ticket] = ticket
            else:
                self._holds[answer.lease.token] = answer.lease
        if answer.lease is not None:
            ticket.give(answer.lease)
        else:
            self._bell.ring()
        return ticket

    def try_admit(self, ask: Ask) -> Lease | None:
        """A lease now or none. For a holder's further needs: who holds must never wait."""
        with self._lock:
            lease = self.ledger.try_admit(ask, self.offer())
            if lease is not None:
                self._holds[lease.token] = lease
        return lease

    @contextmanager
    def admitted(self, ask: Ask, *, timeout_s: float | None = None) -> Generator[Lease]:
        """Hold a lease for the block, after waiting for it. Do not hold another meanwhile.

        Raises:
            OvercommitError: It can never be given.
            TimeoutError: It was not given in time; the queue was left.
        """
        ticket = self.ask(ask)
        try:
            lease = ticket.wait(timeout_s)
            if lease is None:
                raise TimeoutError(f"{ask.who}: no lease within {timeout_s:g} s; {ticket.because}")
            yield lease
        finally:
            self.end(ticket)

    def end(self, ticket: Ticket) -> bool:
        """Cancel a ticket, or give back what it got; only the first call does anything.

        Where the ledger cannot be written now, as on a full disk, it is done as soon as it can.
        """
        if ticket.cancel():
            with self._lock:
                self._waits.pop(ticket.number, None)
            return self._surely(lambda: self.ledger.withdraw(ticket.number))
        return ticket.lease is not None and self.release(ticket.lease)

    def release(self, lease: Lease) -> bool:
        """Give back, once; False where it was given back or lost before. Like `end` it is sure."""
        with self._lock:
            if self._holds.pop(lease.token, None) is None:
                return False
        return self._surely(lambda: self._hand_over(lease))

    def _hand_over(self, lease: Lease) -> bool:
        stood, grants = self.ledger.hand_over(lease.token, self._bell.name)
        self._deliver(one.lease for one in grants if one.bell == self._bell.name)
        return stood

    def _surely(self, give: Callable[[], bool]) -> bool:
        """Do it, now or later: the work for which it was held is done, and must not fail for it."""
        try:
            return give()
        except LedgerError:
            with self._lock:
                self._owed.append(give)
            self._bell.ring()
            return True

    def _settle(self) -> None:
        """Give back what could not be given back before."""
        with self._lock:
            owed, self._owed = self._owed, []
        while owed:
            try:
                owed[-1]()
            except LedgerError:
                with self._lock:
                    self._owed += owed
                raise
            owed.pop()

    def holds(self) -> tuple[Lease, ...]:
        """What this process holds through this gate."""
        with self._lock:
            return tuple(self._holds.values())

    def close(self) -> None:
        """Leave the queue, give back what is held, and end the thread."""
        self._closed.set()
        self._bell.ring()
        self._thread.join()
        with self._lock:
            waits = list(self._waits.values())
        for ticket in waits:
            self.end(ticket)
        for lease in self.holds():
            self.release(lease)
        with suppress(LedgerError):  # what is owed at the end is free when this process is
            self._settle()
        self._bell.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve(self) -> None:
        renew_s = self.ledger.lease_s / _RENEWALS
        due = self.ledger.now() + renew_s
        while not self._closed.is_set():
            rang = self._bell.wait(min(self._pause(), max(0.0, due - self.ledger.now())))
            with suppress(LedgerError):  # a busy or broken file; the next look may find it well
                self._settle()
                self._pick_up()
                if not rang:
                    self._look()
                if self.ledger.now() >= due:
                    due = self.ledger.now() + renew_s
                    self._renew()

    def _pause(self) -> float:
        with self._lock:
            waits, owes = bool(self._waits), bool(self._owed)
        if owes:
            return LATER_LOOK_S
        if not waits:
            return self.ledger.lease_s
        return FIRST_LOOK_S if self._first else LATER_LOOK_S

    def _pick_up(self) -> None:
        """Fetch what was given to tickets of ours."""
        with self._lock:
            tickets = list(self._waits)
        if tickets:
            self._deliver(self.ledger.granted(tickets))

    def _deliver(self, leases: Iterable[Lease]) -> None:
        for lease in leases:
            with self._lock:
                ticket = self._waits.pop(lease.ticket, None)
                if ticket is not None:
                    self._holds[lease.token] = lease
            if ticket is not None and not ticket.give(lease):
                self.release(lease)

    def _look(self) -> None:
        with self._lock:
            waits = bool(self._waits)
        if waits:
            self._first = self.ledger.look(self.offer(), self._bell.name)
            self._pick_up()

    def _renew(self) -> None:
        held = self.holds()
        if not held:
            return
        standing = self.ledger.renew([lease.token for lease in held])
        for lease in held:
            if lease.token not in standing:
                with self._lock:
                    gone = self._holds.pop(lease.token, None)
                if gone is not None and self._lost is not None:
                    self._lost(gone)
