"""Residency: the lease that a model holds of this PC's memory as long as it is loaded.

Taken by whoever loads it before anything is started, and taken over by the keeper of its server;
so what sessions and models hold together never exceeds what the machine lends.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass

from gastown.errors import CrowdedError, LedgerError
from gastown.machine.admission.ask import Ask, Demand, Lease, claimed
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.names import model_slot
from gastown.machine.admission.offer import Looked
from gastown.machine.capacity import DIMENSIONS, Capacity
from gastown.machine.machine import Machine
from gastown.runner.admit import admit, key_of
from gastown.runner.plan import Plan

# Who loads a model for a session has its lease already, and must wait behind nobody: a day's worth.
_FIRST = 24 * 60
_RENEWALS = 4  # so many in the time of a lease


@dataclass(slots=True)
class Residency:
    """One model's. Not thread-safe.

    Args:
        plan: The server to be.
        town: Folder of its town.
        ledger: The host's.
        machine: The machine as it is now.
    """

    plan: Plan
    town: str
    ledger: AdmissionLedger
    machine: Callable[[], Machine]
    lease: Lease | None = None
    loaded: bool = False
    _due: float = 0.0

    @property
    def in_hand(self) -> bool:
        """Whether a session of the town was let in to use it, even before it asks anything."""
        if not self.ledger.path.exists():
            return False
        slot = model_slot(self.plan.name)
        try:
            asks = [lease.ask for lease in self.ledger.leases()]
        except LedgerError:
            return True  # nobody can tell; ask later
        return any(ask.town == self.town and slot in ask.demand.slots for ask in asks)

    def take(self) -> Lease:
        """Claim the memory, now or not at all.

        Raises OvercommitError or CrowdedError, with the sum of what everybody holds.
        """
        machine, leases = self.machine(), self.ledger.leases()
        pending = claimed(one for one in leases if one.ask.pending)
        admit(self.plan, holders(leases, self.plan.residency), machine, pending)
        answer = self.ledger.ask(self._ask(), Looked(machine), stay=False)
        if answer.lease is None:  # another was quicker, or holds of the published limits
            raise CrowdedError(f"{key_of(self.plan)}: {answer.because}")
        return self._hold(answer.lease)

    def take_over(self, token: int) -> Lease:
        """Hold what another process claimed for this one, or claim it. Raises as `take` does."""
        lease = self.ledger.adopt(token)
        if lease is None:
            return self.take()
        if lease.ask.demand.capacity != self.plan.residency:  # town.toml was changed just now
            self.ledger.release(lease)
            return self.take()
        return self._hold(lease)

    def in_use(self) -> None:
        """It is loaded: what it holds is not measured as free any more."""
        self.loaded = True
        if self.lease is not None and self.ledger.path.exists():
            with suppress(LedgerError):
                self.ledger.in_use(self.lease)

    def keep(self, *, early: bool = False) -> None:
        """Renew the lease when it is time, or now; one that was lost is claimed anew.

        Raises CrowdedError when others took the room meanwhile; a ledger that is busy or gone
        with its town is left alone.
        """
        lease, due = self.lease, early or self.ledger.now() >= self._due
        if lease is None or not due or not self.ledger.path.exists():
            return
        with suppress(LedgerError):
            if self.ledger.renew([lease.token]):
                self._hold(lease)
            else:
                self.lease = None
                self.take()

    def release(self) -> None:
        """Give it back, once; the ledger sees the holder's death where it cannot be told."""
        lease, self.lease = self.lease, None
        if lease is not None and self.ledger.path.exists():
            with suppress(LedgerError):
                self.ledger.release(lease)

    def _hold(self, lease: Lease) -> Lease:
        self.lease = lease
        self._due = self.ledger.now() + self.ledger.lease_s / _RENEWALS
        return lease

    def _ask(self) -> Ask:
        load = self.plan.load
        return Ask(
            model_slot(self.plan.name),
            Demand(self.plan.residency),
            title=f"{self.plan.file.name}, {load.slots} x {load.ctx} tokens",
            kind="residency",
            town=self.town,
            priority=_FIRST,
            pending=not self.loaded,
        )


def holders(leases: Iterable[Lease], wanted: Capacity) -> dict[str, Capacity]:
    """What each holds of the things that are wanted, by who it is."""
    found: dict[str, Capacity] = {}
    for lease in leases:
        held = lease.ask.demand.capacity
        of_it = Capacity(**{name: held[name] for name in DIMENSIONS if wanted[name]})
        found[lease.ask.who] = found.get(lease.ask.who, Capacity()) + of_it
    return found
