"""digest: a day as Markdown that a person reads in a minute. Pure: the same day, the same text."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo
from itertools import groupby
from typing import TypeVar

from gastown.agents.prose import as_markdown
from gastown.days.day import Day, Merged, RigDay, SentBack, Trouble
from gastown.money.amount import paid

ItemT = TypeVar("ItemT")

_COMMIT = 10
_WHY = 300  # characters of a failure's reason
_NOWHERE = "no convoy"


def digest(day: Day) -> str:
    """What merged, by rig and convoy, what failed, what waits for a person, what it cost."""
    zone = day.start.tzinfo
    parts = [
        [f"# {day.town}, {day.day.isoformat()}", "", headline(day), ""],
        _section("Waiting for a person", (_trouble(one, zone) for one in day.standing)),
        _section(
            "Landed",
            (f"{as_markdown(one.title)} ({one.convoy}): {one.beads} beads" for one in day.landed),
        ),
        _grouped("Merged", day.merged, lambda one: (one.rig, one.convoy or _NOWHERE), _merged),
        _section("Sent back", (_sent_back(one, zone) for one in day.sent_back)),
        _section("Failed", (_trouble(one, zone) for one in day.troubles)),
        _section("Closed by hand", (_bead(one.bead, one.title, one.rig) for one in day.closed)),
        _section("Rigs", map(_rig, day.rigs)),
    ]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def headline(day: Day) -> str:
    """The day in one line."""
    if day.quiet and not day.spent.requests:
        return "Nothing happened."
    counts = [
        _count(len(day.landed), "convoy landed", "convoys landed"),
        _count(len(day.merged), "bead merged", "beads merged"),
        _count(len(day.sent_back), "review sent back", "reviews sent back"),
        _count(len(day.troubles), "attempt failed", "attempts failed"),
        _count(len(day.standing), "step waits for a person", "steps wait for a person"),
    ]
    money = f"{day.spent.requests} requests, {paid(day.spent.micro_usd, day.spent.unpriced)}"
    return ", ".join([*filter(None, counts), money]) + "."


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""


def _section(title: str, items: Iterable[str]) -> list[str]:
    listed = [f"- {item}" for item in items]
    return [f"## {title}", "", *listed, ""] if listed else []


def _grouped(
    title: str,
    items: Sequence[ItemT],
    key: Callable[[ItemT], tuple[str, str]],
    tell: Callable[[ItemT], str],
) -> list[str]:
    """A section with a paragraph for each pair of rig and convoy."""
    lines: list[str] = []
    for (rig, convoy), group in groupby(sorted(items, key=key), key):
        lines += [f"{as_markdown(rig)}, {convoy}:", "", *(f"- {tell(i)}" for i in group), ""]
    return [f"## {title}", "", *lines] if lines else []


def _merged(one: Merged) -> str:
    rounds = f", {one.rounds} rounds" if one.rounds > 1 else ""
    doubt = ", but main does not have it" if one.on_main is False else ""
    return f"{as_markdown(one.title)} ({one.bead}) as {one.commit[:_COMMIT]}{rounds}{doubt}"


def _trouble(one: Trouble, zone: tzinfo | None) -> str:
    at = _clock(one.at, zone)
    state = "" if one.standing else " (mended since)"
    why = as_markdown(one.why, _WHY)
    return f"{at} {as_markdown(one.title)} of {one.convoy}{state}: {why}"


def _sent_back(one: SentBack, zone: tzinfo | None) -> str:
    at = _clock(one.at, zone)
    return f"{at} {one.bead}, round {one.round}: {as_markdown(one.why, _WHY)}"


def _bead(bead: str, title: str, rig: str) -> str:
    return f"{as_markdown(title)} ({bead}), {rig}"


def _rig(one: RigDay) -> str:
    if one.missing:
        return f"{one.rig}: git could not be asked: {as_markdown(one.missing, _WHY)}"
    commits = f"{one.commits} commit{'s' * (one.commits != 1)} ({one.by_town} by the town)"
    lines = f"{one.files} file{'s' * (one.files != 1)}, +{one.added} -{one.removed} lines"
    return f"{one.rig}: {commits}, {lines}; {one.opened} beads opened, {one.left_open} open now"


def _clock(at: datetime, zone: tzinfo | None) -> str:
    return f"{at.astimezone(zone):%H:%M}"
