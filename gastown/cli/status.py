"""`town status` and `town agents`: what the town is doing, and who does it."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from gastown.beads.bead import CLOSED, IN_PROGRESS
from gastown.beads.ledger import Ledger, utc_now
from gastown.cli.inner import is_inner
from gastown.cli.options import PLAIN, Options
from gastown.cli.out import pairs, show, table
from gastown.cli.overview import (
    agent_rows,
    convoy_row,
    machine_of,
    machine_text,
    money_of,
    money_text,
    waiting_rows,
)
from gastown.cli.progress import in_queue
from gastown.convoys.convoy import CONVOY, summaries
from gastown.feed.agents import AgentLine, agents_of
from gastown.feed.progress import Progress, progress_of
from gastown.feed.waiting import waiting_for_person
from gastown.health.pulse import read_pulses
from gastown.health.sight import Watcher
from gastown.machine.holder import is_dead
from gastown.town.engine import api_url, ui_url
from gastown.town.processes import living, read_record
from gastown.town.town import Town

_RUN = "hq-mol-"  # a molecule is held by the run that carries it; its steps have a dot
_CONVOYS = 20  # whose progress is worked out; the rest is counted


def status(*, options: Options = PLAIN) -> None:
    """What the town is doing: who is at work, what waits for a person, how far its convoys are."""
    town = options.open()
    engine, rigs = _engine(town), [_beads(town.ledger, *pair) for pair in _prefixes(town)]
    under_way = [c for c in town.ledger.find(issue_type=CONVOY) if c.status != CLOSED]
    convoys, queue = summaries(town.ledger, under_way), in_queue(town)
    far = {
        convoy["id"]: progress_of(town.ledger, convoy["id"], utc_now(), queue)
        for convoy in convoys[:_CONVOYS]
    }
    data = {
        "town": town.config.town.name,
        "root": str(town.root),
        **engine,
        "money": money_of(town),
        "machine": machine_of(town),
        "agents": _agents(town),
        "waiting": waiting_for_person(town.ledger),
        "convoys": [{**one, "progress": far.get(one["id"])} for one in convoys],
        "rigs": rigs,
        "claims": _claims(town.ledger),
    }
    show(options, data, *_drawn(data, engine, far))


def _drawn(
    data: dict[str, Any], engine: dict[str, Any], far: dict[str, Progress]
) -> Iterator[RenderableType]:
    yield pairs(
        [
            ("town", f"{data['town']}, {data['root']}"),
            ("server", _said(engine)),
            ("money", money_text(data["money"])),
            ("machine", machine_text(data["machine"])),
        ]
    )
    yield Text()
    working = data["agents"]
    at_work = sum(not one["bead"].startswith(_RUN) or "." in one["bead"] for one in data["claims"])
    heads, title = (
        ("who", "at", "does", "for", "turns", "convoy"),
        f"{at_work} at work (town agents)",
    )
    yield table(title, heads, agent_rows(working)) if working else title
    yield Text()
    heads = ("", "for", "what", "answer it with")
    yield table("waits for you", heads, waiting_rows(data["waiting"]))
    yield Text()
    rows = [convoy_row(one, far[one["id"]]) for one in data["convoys"][:_CONVOYS]]
    yield table("convoys", ("id", "beads", "steps", "lands", "title"), rows)
    if len(data["convoys"]) > _CONVOYS:
        yield f"… and {len(data['convoys']) - _CONVOYS} more: town convoy list"
    yield Text()
    heads = ("rig", "prefix", "open", "ready", "in progress", "closed")
    yield table("beads", heads, [tuple(rig.values()) for rig in data["rigs"]])


def _agents(town: Town) -> tuple[AgentLine, ...]:
    watcher = Watcher()
    return agents_of(
        read_pulses(town.layout),
        lambda pulse: watcher.judge(pulse, town.config.health),
        time.time(),
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
