"""`town inbox`: what the public says most, proposed as beads that a person accepts or declines."""

import os
from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType

from gastown.cli.change import me
from gastown.cli.options import PLAIN, Options, group
from gastown.cli.out import pairs, show, table, tell
from gastown.errors import ConfigError
from gastown.feedback.decisions import Decisions, named
from gastown.feedback.inbox import Inbox, Wishes
from gastown.feedback.readers import inbox_of
from gastown.feedback.record import Record
from gastown.feedback.report import ScoutReport
from gastown.feedback.weigh import Topic
from gastown.town.tables.sources import Reader
from gastown.town.town import Town

app = group("inbox", "Inbox: what the public wants most, for a person to accept or decline.")
_COLUMNS = ("id", "state", "kind", "severity", "score", "people", "votes", "title")


@app.default
def list_(*, all_: bool = False, options: Options = PLAIN) -> None:
    """List what is proposed, heaviest first; what is decided, praise and noise only on request.

    Args:
        all_: Everything.
    """
    town = options.open()
    inbox = _inbox(town)
    decisions = inbox.decisions()
    found = [(topic, inbox.state(topic, decisions)) for topic in inbox.topics()]
    most = len(found) if all_ else town.config.feedback.proposals
    wanted = [(topic, state) for topic, state in found if all_ or state == "proposed"]
    data = [_json(topic, state, decisions) for topic, state in wanted[:most]]
    left = len(wanted) - len(data)
    more = [f"{left} more; all of them: town inbox --all"] if left > 0 else []
    show(options, data, table("inbox", _COLUMNS, map(_row, data)), *more)


@app.command(name="show")
def show_(topic: str, /, *, options: Options = PLAIN) -> None:
    """Show a topic and what was written; strangers wrote it.

    Args:
        topic: Its id, or that of an item in it.
    """
    inbox = _inbox(options.open())
    decisions = inbox.decisions()
    found = named(inbox.topics(), topic)
    data = _json(found, inbox.state(found, decisions), decisions)
    members = inbox.members(found)
    data |= {"summary": found.summary, "items": [one.model_dump(mode="json") for one in members]}
    show(options, data, _card(found, data), *map(_item, members))


@app.command
def accept(
    topic: str,
    /,
    *,
    rig: str = "",
    title: str = "",
    acceptance: str = "",
    options: Options = PLAIN,
) -> None:
    """Make a topic a bead; twice is once.

    Args:
        topic: Its id.
        rig: The rig it is for. [default: that of its source, else the town itself]
        title: The bead's title. [default: the topic's]
        acceptance: When it counts as done.
    """
    town = options.open()
    inbox = _inbox(town)
    chosen = rig or _rig(town, named(inbox.topics(), topic))
    prefix = town.config.rig(chosen).prefix if chosen else "hq"
    bead = inbox.accept(topic, town.ledger, Wishes(prefix, title, acceptance, me()))
    show(options, bead, bead.id)


@app.command
def decline(topic: str, /, *, why: str, options: Options = PLAIN) -> None:
    """Put a topic away, with the reason.

    Args:
        topic: Its id.
        why: The reason, for whoever asks later.
    """
    if not why.strip():
        raise ConfigError("--why: say why, in a few words")
    found = _inbox(options.open()).decline(topic, why, me())
    show(options, {"id": found.id, "state": "declined", "why": why}, f"declined {found.id}")


@app.command
def join(topic: str, onto: str, /, *, options: Options = PLAIN) -> None:
    """Make a topic a part of another that says the same.

    Args:
        topic: The one that goes.
        onto: The one that stays.
    """
    inbox = _inbox(options.open())
    found = inbox.join(topic, onto)
    decisions = inbox.decisions()
    data = _json(found, inbox.state(found, decisions), decisions)
    show(options, data, f"{found.id}: {len(found.items)} items, {len(found.voices)} people")


@app.command
def read(*sources: str, most: int | None = None, options: Options = PLAIN) -> int:
    """Read the public sources now, as Bug Scout and Oracle do on their schedules.

    Exit code 1 when a source could not be read.

    Args:
        sources: Names from town.toml; all when none is given.
        most: Items that a model sorts at most, of each reader.
    """
    from tasks.scout import Scout

    if most is not None and most < 0:
        raise ConfigError(f"--most {most}: give 0 or more")
    town = options.open()
    reports = [
        Scout(town, reader, os.environ, tell).run(names, most)
        for reader, names in _asked(town, sources).items()
    ]
    show(options, [one.model_dump(mode="json") for one in reports], *map(_told, reports))
    return int(any(one.failed for report in reports for one in report.sources))


def _inbox(town: Town) -> Inbox:
    return inbox_of(town.layout, town.config.town.name)


def _asked(town: Town, sources: Sequence[str]) -> dict[Reader, list[str]]:
    """Which reader reads which; raises ConfigError for a source that is not there."""
    known = town.config.sources
    if unknown := [name for name in sources if name not in known]:
        there = ", ".join(known) or "none; see docs/feedback.md"
        raise ConfigError(f"town.toml: no [sources.{unknown[0]}]; sources: {there}")
    chosen = sources or [name for name, one in known.items() if one.enabled]
    if not chosen:
        raise ConfigError("town.toml: no [sources.NAME]; see docs/feedback.md")
    asked: dict[Reader, list[str]] = {}
    for name in chosen:
        asked.setdefault(known[name].read_by, []).append(name)
    return asked


def _rig(town: Town, topic: Topic) -> str:
    """The rig of the topic's sources, if all that are still there name the same."""
    tables = [town.config.sources[name] for name in topic.sources if name in town.config.sources]
    rigs = {table.rig for table in tables}
    return rigs.pop() if len(rigs) == 1 else ""


def _json(topic: Topic, state: str, decisions: Decisions) -> dict[str, Any]:
    decided = decisions.decided(topic.id)
    return {
        "id": topic.id,
        "state": state,
        "kind": topic.kind,
        "severity": topic.severity,
        "score": topic.score,
        "people": len(topic.voices),
        "votes": topic.votes,
        "title": topic.title,
        "reader": topic.reader,
        "sources": topic.sources,
        "items": topic.items,
        "first": topic.first,
        "last": topic.last,
        "decided": decided.model_dump(mode="json") if decided else None,
    }


def _row(data: dict[str, Any]) -> tuple[object, ...]:
    return tuple(data[name] for name in _COLUMNS)


def _card(topic: Topic, data: dict[str, Any]) -> RenderableType:
    decided: dict[str, Any] = data["decided"] or {}
    return pairs(
        [
            *((name, data[name]) for name in _COLUMNS),
            ("summary", topic.summary),
            ("sources", ", ".join(topic.sources)),
            ("first, last", f"{topic.first:%Y-%m-%d}, {topic.last:%Y-%m-%d}"),
            ("bead", decided.get("bead")),
            ("because", decided.get("why")),
        ]
    )


def _item(record: Record) -> str:
    said = "\n".join(f"  {line}" for line in record.text[:2_000].splitlines())
    return f"\n{record.id} {record.created:%Y-%m-%d} {record.url}\n  {record.title}\n{said}"


def _told(report: ScoutReport) -> str:
    return f"{report.line}; {report.why}" if report.why else report.line
