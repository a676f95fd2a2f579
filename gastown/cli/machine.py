"""`town machine`: what this PC has, what its person keeps, who uses the rest, and what is free."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType

from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table
from gastown.machine.admission.ask import Demand, Lease, Waiting, claimed
from gastown.machine.admission.here import open_ledger
from gastown.machine.admission.names import model_slots
from gastown.machine.capacity import DIMENSIONS, NAMES, Capacity
from gastown.machine.host import this_host
from gastown.machine.machine import Machine, make_machine
from gastown.machine.probe import probe
from gastown.town.tables.machine import MachineTable
from gastown.town.town import Town

_NO_TOWN = "There is no town here: this is what one would be lent, as long as it says nothing else."
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

    Memory is in MiB. What town.toml says under [machine] goes before what is measured. Without a
    town it shows what one would be lent here.
    """
    town = options.open() if options.has_town else None
    asked = town.config.machine if town else MachineTable()
    found = make_machine(asked, probe(this_host()))
    held = _held(town) if town else _NOBODY
    pending = claimed(one for one in held.leases if one.ask.pending)
    rows = _dimensions(found, claimed(held.leases), pending)
    slots = _slots(model_slots(town.config) if town else {}, held.leases)
    notes = found.notes if town else (*found.notes, _NO_TOWN)
    data = {
        "profile": asked.profile or None,
        "dimensions": rows,
        "slots": slots,
        "leases": [_lease(one) for one in held.leases],
        "waiting": [_waiting(one) for one in held.waiting],
        "notes": notes,
    }
    show(options, data, *_tables(rows, slots, held), *notes)


@dataclass(frozen=True, slots=True)
class _Held:
    """What the host's ledger says: who has what, and who waits."""

    leases: Sequence[Lease]
    waiting: Sequence[Waiting]


_NOBODY = _Held((), ())


def _held(town: Town) -> _Held:
    with closing(open_ledger(town.layout, town.config.machine)) as ledger:
        return _Held(ledger.leases(), ledger.waiting())


def _tables(
    rows: Sequence[dict[str, Any]], slots: Sequence[dict[str, str | int]], held: _Held
) -> list[RenderableType]:
    cells = [[f"{c:,}" if isinstance(c, int) else c for c in row.values()] for row in slots]
    taken = [(one.ask.who, one.ask.title, _said(one.ask.demand), one.holder) for one in held.leases]
    wait = [
        (one.ask.who, one.ask.title, _said(one.ask.demand), one.because) for one in held.waiting
    ]
    return [
        table("machine", ("", *_COLUMNS.values()), [_line(row) for row in rows]),
        table("slots of models", ("", "has", "claimed", "free"), cells),
        table("claimed by", ("who", "title", "claims", "holder"), taken),
        table("waiting, in this order", ("who", "title", "wants", "why"), wait),
    ]


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
