"""herald: what happens in a town as events of Prefect, for its event feed and for automations.

The ledger is what happened; this tells it on, whoever runs: each line of the feed is one event, of
an id that is made of its cursor. How far it has come is kept beside the ledger and moved after the
server took them, so that what a dead process did not tell the next one does.
"""

import threading
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import copy_context
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from prefect import get_run_logger
from prefect.client.orchestration import SyncPrefectClient
from prefect.events.filters import EventFilter, EventIDFilter
from prefect.runtime import flow_run

from flows.server import asked
from gastown.errors import NotFoundError
from gastown.feed.cursor import cursor_at, place_of
from gastown.feed.item import FeedItem
from gastown.feed.reader import PAGE, Reader
from gastown.rigs.lock import file_lock
from gastown.stage import Frozen
from gastown.town.layout import TownLayout
from gastown.town.town import Town

_BATCH = 50  # events a request: as many as the server gives at once
_EVERY_S = 2.0


class Told(Frozen):
    """How far it has come. `sending`: who wrote this may have died before the server answered."""

    cursor: str
    sending: bool = False


@contextmanager
def heralded(town: Town, convoy: str) -> Generator[None]:
    """Tell on what happens while the block runs, and once more when it ends. In a flow."""
    with suppress(OSError):  # a full disk; then events are told without their run
        _note_run(town.layout, convoy)
    done, warn = threading.Event(), get_run_logger().warning

    def tell_on() -> None:
        while not done.wait(_EVERY_S):
            herald_now(town, warn)

    thread = threading.Thread(target=copy_context().run, args=(tell_on,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        herald_now(town, warn)


def herald(town: Town) -> int:
    """Tell the server what happened since it was told last; how many events that were.

    Raises:
        ServerAwayError: It gives no answer; the next call tells it.
        httpx.HTTPStatusError: It refuses them.
    """
    with file_lock(town.layout.state / "herald.lock"):
        told, count = _read(town), 0
        reader = Reader(
            town.ledger,
            {table.prefix: name for name, table in town.config.rigs.items()},
            place_of(town.ledger, told.cursor),
        )
        doubtful = told.sending
        while (page := reader.page(_BATCH)) is not None:
            _write(town.layout, Told(cursor=told.cursor, sending=True))
            count += _send(town, page, doubtful=doubtful)
            told, doubtful = Told(cursor=cursor_at(town.ledger, reader.place)), False
            _write(town.layout, told)
        return count


def herald_now(town: Town, warn: Callable[..., object]) -> None:
    """The same; what cannot be told now is warned of, and told by the next run."""
    try:
        herald(town)
    except Exception as error:  # noqa: BLE001 - what happened has happened; nothing fails for it
        warn("events: not told now: %s", error)


def event_of(town: Town, item: FeedItem, run: str = "") -> dict[str, Any]:
    """A line of the feed as an event; `run` is the flow run that carries its convoy."""
    related = [
        _related("town", town.config.town.name),
        *(_related(role, name) for role, name in _around(item).items() if name),
    ]
    if run:
        related.append(
            {"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.role": "flow-run"}
        )
    return {
        "id": str(_id(town, item)),
        "event": f"gastown.{item.kind}.{item.what.replace(' ', '-')}",
        "occurred": item.at.isoformat(),
        "resource": {
            "prefect.resource.id": f"gastown.bead.{item.source}",
            "prefect.resource.name": item.bead or item.convoy or item.source,
        },
        "related": related,
        "payload": item.model_dump(mode="json", exclude={"at"}),
    }


def _around(item: FeedItem) -> Mapping[str, str]:
    bead = item.bead if item.bead != item.source else ""
    convoy = item.convoy if item.convoy != item.source else ""
    return {"convoy": convoy, "bead": bead, "rig": item.rig, "agent": item.actor}


def _related(role: str, name: str) -> dict[str, str]:
    return {"prefect.resource.id": f"gastown.{role}.{name}", "prefect.resource.role": role}


def _id(town: Town, item: FeedItem) -> UUID:
    return uuid5(NAMESPACE_URL, f"gastown:{town.root}:{item.cursor}")


def _send(town: Town, page: Iterable[FeedItem], *, doubtful: bool) -> int:
    events = [event_of(town, item, _run_of(town.layout, item.convoy)) for item in page]
    if doubtful:
        known = asked(lambda client: _known(client, [UUID(one["id"]) for one in events]))
        events = [one for one in events if UUID(one["id"]) not in known]
    if events:
        asked(lambda client: client.request("POST", "/events", json=events).raise_for_status())
    return len(events)


def _known(client: SyncPrefectClient, ids: Sequence[UUID]) -> set[UUID]:
    """Of these, those that the server has: a copy would stop it from storing what comes with it."""
    if not ids:
        return set()
    wanted = EventFilter(id=EventIDFilter(id=list(ids)))
    return {one.id for one in client.read_events(wanted, limit=len(ids)).events}


def _read(town: Town) -> Told:
    """How far it has come; a ledger that is new to it, or was made anew, is told from its end."""
    with suppress(FileNotFoundError, ValueError, NotFoundError):
        found = Told.model_validate_json(_file(town.layout).read_bytes())
        place_of(town.ledger, found.cursor)
        return found
    return Told(cursor=cursor_at(town.ledger, max(0, town.ledger.last_event() - PAGE)))


def _write(layout: TownLayout, told: Told) -> None:
    draft = _file(layout).with_suffix(".new")
    draft.write_text(told.model_dump_json(), encoding="utf-8")
    draft.replace(_file(layout))


def _file(layout: TownLayout) -> Path:
    return layout.state / "herald.json"


def _note_run(layout: TownLayout, convoy: str) -> None:
    """Which flow run carries the convoy, for whoever tells of it."""
    if flow_run.id:
        folder = layout.state / "runs"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / convoy).write_text(str(flow_run.id), encoding="utf-8")


def _run_of(layout: TownLayout, convoy: str) -> str:
    with suppress(OSError, ValueError):
        if convoy:
            return str(UUID((layout.state / "runs" / convoy).read_text(encoding="utf-8")))
    return ""
