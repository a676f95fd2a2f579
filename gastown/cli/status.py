"""`town status` and `town agents`: what the town is doing, and who does it."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from gastown.beads.bead import CLOSED, IN_PROGRESS
from gastown.beads.ledger import Ledger
from gastown.cli.inner import is_inner
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import pairs, show, table
from gastown.convoys.convoy import CONVOY, summaries
from gastown.machine.holder import is_dead
from gastown.town.engine import api_url, ui_url
from gastown.town.processes import living, read_record
from gastown.town.town import Town


def status(*, options: Options = PLAIN) -> None:
    """What the town is doing: its server, its rigs' beads, its convoys."""
    town = options.open()
    engine, rigs = _engine(town), [_beads(town.ledger, *pair) for pair in _prefixes(town)]
    under_way = [c for c in town.ledger.find(issue_type=CONVOY) if c.status != CLOSED]
    convoys = summaries(town.ledger, under_way)
    claims = _claims(town.ledger)
    data = {
        "town": town.config.town.name,
        "root": str(town.root),
        **engine,
        "rigs": rigs,
        "convoys": convoys,
        "claims": claims,
    }
    show(
        options,
        data,
        pairs([("town", data["town"]), ("folder", data["root"]), ("server", _said(engine))]),
        table(
            "beads",
            ("rig", "prefix", "open", "ready", "in progress", "closed"),
            [tuple(rig.values()) for rig in rigs],
        ),
        table(
            "convoys",
            ("id", "done", "title"),
            [(c["id"], f"{c['done']}/{c['total']}", c["title"]) for c in convoys],
        ),
        f"{len(claims)} at work (town agents)",
    )


def agents(*, options: Options = PLAIN) -> None:
    """Who holds which slot of which rig, and who works on which bead until when."""
    town = options.open()
    held, claims = list(_slots(town)), _claims(town.ledger)
    show(
        options,
        {"slots": held, "claims": claims},
        table("slots", ("rig", "slot", "bead", "branch"), [tuple(slot.values()) for slot in held]),
        table("claims", ("bead", "title", "holder", "until"), [tuple(c.values()) for c in claims]),
    )


def _engine(town: Town) -> dict[str, Any]:
    url = api_url(town.layout, town.config)
    worker = living(read_record(town.layout.worker_record)) is not None
    return {"up": bool(url) and worker, "ui": ui_url(url) if url else None, "worker": worker}


def _said(engine: dict[str, Any]) -> str:
    if engine["up"]:
        return f"up, {engine['ui']}"
    if engine["ui"]:
        return f"{engine['ui']} runs, but no worker does; repair it: town up"
    return "down; start it: town up"


def _prefixes(town: Town) -> list[tuple[str, str]]:
    return [("the town", "hq"), *((name, rig.prefix) for name, rig in town.config.rigs.items())]


def _beads(ledger: Ledger, rig: str, prefix: str) -> dict[str, Any]:
    found = [bead for bead in ledger.find(prefix=prefix) if not is_inner(bead)]
    count = Counter(bead.status for bead in found)
    ready = [bead for bead in ledger.ready(prefix=prefix) if not is_inner(bead)]
    return {
        "rig": rig,
        "prefix": prefix,
        "open": len(found) - count[CLOSED],
        "ready": len(ready),
        "in_progress": count[IN_PROGRESS],
        "closed": count[CLOSED],
    }


def _claims(ledger: Ledger) -> list[dict[str, Any]]:
    """Claims whose holder is at work; those that a dead run left are taken over by the next."""
    held = [(bead, ledger.claim_of(bead.id)) for bead in ledger.find(status=IN_PROGRESS)]
    return [
        {"bead": b.id, "title": b.title, "holder": c.holder, "until": f"{c.expires_at:%H:%M:%S}"}
        for b, c in held
        if c and c.expires_at > datetime.now(UTC) and not is_dead(c.holder)
    ]


def _slots(town: Town) -> Iterator[dict[str, Any]]:
    from gastown.rigs.slots import slots  # GitPython costs a sixth of a second

    for name in town.config.rigs:
        for slot in slots(town.layout.rig(name)):
            yield {"rig": name, "slot": slot.name, "bead": slot.bead, "branch": slot.branch}
