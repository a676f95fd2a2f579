"""Asks and offers as the tests of admission make them."""

from gastown.machine.admission.ask import Ask, Demand, Lease
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.offer import Fixed
from gastown.machine.capacity import Capacity

PC = Fixed(Capacity(vram_mib=8, p_cores=4, sandboxes=2), {"model:q7": 2})


def want(who: str = "a step", *, slots: dict[str, int] | None = None, **amounts: int) -> Ask:
    return Ask(who, Demand(Capacity(**amounts), slots or {}))


def taken(ledger: AdmissionLedger, ask: Ask) -> Lease:
    """A lease that there is room for."""
    lease = ledger.try_admit(ask, PC)
    assert lease is not None
    return lease


def session(who: str = "a step") -> Ask:
    return want(who, sandboxes=1)
