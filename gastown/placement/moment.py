"""Moment: what the host's admission ledger says, as placement is told of it."""

from collections.abc import Iterable, Mapping

from gastown.machine.admission.ask import Amounts
from gastown.machine.admission.ask import Lease as Granted
from gastown.machine.capacity import DIMENSIONS, Capacity
from gastown.placement.outlook import Lease, Outlook, Purse
from gastown.placement.resident import NO_RESIDENTS, Residents

FOR_EVER = 1e9
"""Seconds after which a lease ends of which nobody can tell; a loaded model's, say."""


def outlook_of(
    now: float,
    cap: Amounts,
    granted: Iterable[Granted],
    ledger_now: float,
    *,
    purses: Mapping[str, Purse],
    shut: Mapping[str, str],
    residents: Residents = NO_RESIDENTS,
) -> Outlook:
    """The moment.

    Args:
        now: On the clock of targets.
        cap: What the town may use now in all.
        granted: The leases that stand, of every town on this host.
        ledger_now: The same moment on the ledger's clock.
        purses: What each capped scope of the budget leaves.
        shut: Cloud models that take nothing now, and why; "" is all of them.
        residents: The town's models; one that may be unloaded is no lease but a loaded model.
    """
    held = [one for one in granted if not residents.may_leave(one)]
    leases = tuple(_lease(one, now, ledger_now, residents) for one in held)
    room = Capacity(**{name: cap.get(name, 0) for name in DIMENSIONS})
    return Outlook(now, room, leases, residents.loaded, purses, shut)


def _lease(granted: Granted, now: float, ledger_now: float, residents: Residents) -> Lease:
    """One that lasts longer than expected ends any moment."""
    expected = granted.ask.expect_s
    left = FOR_EVER if expected is None else granted.granted_at + expected - ledger_now
    demand = granted.ask.demand
    model = residents.user(demand.slots)
    return Lease(str(granted.token), now + max(0.0, left), demand.capacity, model)
