"""Moment: what the host's admission ledger says, as placement is told of it."""

from collections.abc import Iterable, Mapping

from gastown.machine.admission.ask import Amounts
from gastown.machine.admission.ask import Lease as Granted
from gastown.machine.capacity import DIMENSIONS, Capacity
from gastown.placement.outlook import Lease, Outlook, Purse
from gastown.placement.session import Model

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
    models: Mapping[str, Model] | None = None,
) -> Outlook:
    """The moment.

    Args:
        now: On the clock of targets.
        cap: What the town may use now in all.
        granted: The leases that stand, of every town on this host.
        ledger_now: The same moment on the ledger's clock.
        purses: What each capped scope of the budget leaves.
        shut: Cloud models that take nothing now, and why; "" is all of them.
        models: The town's models as they count now, by what their slots are called.
    """
    leases = tuple(_lease(one, now, ledger_now, models or {}) for one in granted)
    room = Capacity(**{name: cap.get(name, 0) for name in DIMENSIONS})
    return Outlook(now, room, leases, purses=purses, shut=shut)


def _lease(granted: Granted, now: float, ledger_now: float, models: Mapping[str, Model]) -> Lease:
    """One that lasts longer than expected ends any moment."""
    expected = granted.ask.expect_s
    left = FOR_EVER if expected is None else granted.granted_at + expected - ledger_now
    demand = granted.ask.demand
    model = next((models[name] for name in demand.slots if name in models), None)
    return Lease(str(granted.token), now + max(0.0, left), demand.capacity, model)
