"""`town machine`: what this PC has, what its person keeps, who uses the rest, and what is free."""

from typing import Any

from gastown.beads.ledger import utc_now
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import show, table
from gastown.machine.capacity import DIMENSIONS, NAMES, Capacity
from gastown.machine.holder import is_dead
from gastown.machine.host import this_host
from gastown.machine.machine import Machine, make_machine
from gastown.machine.probe import probe
from gastown.machine.sessions import Session, claimed, sessions

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
    at_work = sessions(town.ledger, utc_now(), is_dead)
    rows = _dimensions(found, claimed(at_work))
    data = {
        "profile": town.config.machine.profile or None,
        "dimensions": rows,
        "sessions": [_session(one) for one in at_work],
        "notes": found.notes,
    }
    show(
        options,
        data,
        table("machine", ("", *_COLUMNS.values()), [_line(row) for row in rows]),
        table(
            "claimed by",
            ("step", "title", "claims", "holder"),
            [(one.bead, one.title, _said(one.claims), one.holder) for one in at_work],
        ),
        *found.notes,
    )


def _dimensions(found: Machine, ours: Capacity) -> list[dict[str, Any]]:
    rooms = found.rooms(ours)
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


def _line(row: dict[str, Any]) -> list[str]:
    name = NAMES[row["name"]] + (" MiB" if row["name"].endswith("_mib") else "")
    cells = (row[column] for column in _COLUMNS)
    return [name, *(f"{cell:,}" if isinstance(cell, int) else cell for cell in cells)]


def _session(one: Session) -> dict[str, Any]:
    claims = {name: one.claims[name] for name in DIMENSIONS}
    return {"bead": one.bead, "title": one.title, "holder": one.holder, "claims": claims}


def _said(claims: Capacity) -> str:
    said = [f"{claims[name]:,} {NAMES[name]}" for name in DIMENSIONS if claims[name]]
    return ", ".join(said).replace("1 sandboxes", "1 sandbox")
