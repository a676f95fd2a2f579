"""`town machine`: what this PC has, what its person keeps, who uses the rest, and what is free."""

from collections.abc import Mapping, Sequence
from typing import Any

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table
from gastown.machine.admission.ask import Demand, Lease, Waiting, claimed
from gastown.machine.admission.here import open_ledger
from gastown.machine.admission.names import model_slots
from gastown.machine.capacity import DIMENSIONS, NAMES, Capacity
from gastown.machine.host import this_host
from gastown.machine.machine import Machine, make_machine
from gastown.machine.probe import probe

_COLUMNS = {
    "capacity": "has",
    "source": "from",
    "kept": "kept",
    "kept_source": "because",
    "lent": "lent",
    "claimed": "claimed",
    "free": "free",
    "why": "why",
}


def machine(*, options: Options = PLAIN) -> None:
    """What this PC has, what its person keeps, who uses the rest, and what is free.

    Memory is in MiB. What town.toml says under [machine] goes before what is measured.
    """
    town = options.open()
    found = make_machine(town.config.machine, probe(this_host()))
    ledger = open_ledger(town.layout, town.config.machine)
    leases, waiting = ledger.leases(), ledger.waiting()
    pending = claimed(one for one in leases if one.ask.pending)
    rows = _dimensions(found, claimed(leases), pending)
    slots = _slots(model_slots(town.config), leases)
    data = {
        "profile": town.config.machine.profile or None,
        "dimensions": rows,
        "slots": slots,
        "leases": [_lease(one) for one in leases],
        "waiting": [_waiting(one) for one in waiting],
        "notes": found.notes,
    }
    show(
        options,
        data,
        table("machine", ("", *_COLUMNS.values()), [_line(row) for row in rows]),
        table(
            "slots of models",
            ("", "has", "claimed", "free"),
            [
                [f"{cell:,}" if isinstance(cell, int) else cell for cell in row.values()]
                for row in slots
            ],
        ),
        table(
            "claimed by",
            ("who", "title", "claims", "holder"),
            [(one.ask.who, one.ask.title, _said(one.ask.demand), one.holder) for one in leases],
        ),
        table(
            "waiting, in this order",
            ("who", "title", "wants", "why"),
            [(one.ask.who, one.ask.title, _said(one.ask.demand), one.because) for one in waiting],
        ),
        *found.notes,
    )


def _dimensions(found: Machine, ours: Capacity, pending: Capacity) -> list[dict[str, Any]]:
    rooms = found.rooms(ours, pending)
    return [
        {
            "name": name,
            "capacity": share.has.amount,
            "source": share.has.source,
            "kept": share.kept.amount,
            "kept_source": share.kept.source,
            "lent": share.lent,
            "claimed": ours[name],
            "measured_free": share.measured.free if share.measured else None,
            "free": rooms[name].amount,
            "why": rooms[name].reason,
        }
        for name, share in found.shares.items()
    ]


def _slots(there: Mapping[str, int], leases: Sequence[Lease]) -> list[dict[str, str | int]]:
    """Slots of the models that the town serves from files, loaded or not."""
    used = {name: sum(one.ask.demand.slots.get(name, 0) for one in leases) for name in there}
    return [
        {"name": name, "capacity": has, "claimed": used[name], "free": max(0, has - used[name])}
        for name, has in there.items()
    ]


def _line(row: dict[str, Any]) -> list[str]:
    name = NAMES[row["name"]] + (" MiB" if row["name"].endswith("_mib") else "")
    cells = (row[column] for column in _COLUMNS)
    return [name, *(f"{cell:,}" if isinstance(cell, int) else cell for cell in cells)]


def _lease(one: Lease) -> dict[str, Any]:
    return _told(one) | {"token": one.token, "kind": one.ask.kind}


def _waiting(one: Waiting) -> dict[str, Any]:
    return _told(one) | {"because": one.because}


def _told(one: Lease | Waiting) -> dict[str, Any]:
    capacity, slots = one.ask.demand.capacity, one.ask.demand.slots
    return {
        "who": one.ask.who,
        "title": one.ask.title,
        "town": one.ask.town,
        "holder": one.holder,
        "claims": {name: capacity[name] for name in DIMENSIONS} | dict(slots),
    }


def _said(demand: Demand) -> str:
    named = {NAMES[name]: demand.capacity[name] for name in DIMENSIONS} | dict(demand.slots)
    said = [f"{amount:,} {name}" for name, amount in named.items() if amount]
    return ", ".join(said).replace("1 sandboxes", "1 sandbox")
