"""work: what was done, what failed, and what waits for a person."""

from collections import Counter
from collections.abc import Iterator, Sequence

from gastown.agents.prose import one_line
from gastown.days.day import Day, Merged, Trouble
from gastown.morning.fact import Line

SHOWN = 8
_TITLE = 80
_WHY = 160


def work_lines(day: Day, standing: Sequence[Trouble]) -> Iterator[Line]:
    """The day's work.

    Args:
        day: Its facts.
        standing: Every step that failed, on whatever day, and that nothing has mended since.
    """
    for one in standing[:SHOWN]:
        yield Line("Waiting for a person", _trouble(one), must=True)
    if len(standing) > SHOWN:
        more = f"{len(standing) - SHOWN} more steps wait for a person"
        yield Line("Waiting for a person", more, must=True)
    mended = [one for one in day.troubles if not one.standing]
    if day.troubles:
        told = f"{_many(len(day.troubles), 'attempt')} failed, {len(mended)} of them mended since"
        yield Line("Failed", told, must=True)
    for one in day.landed:
        yield Line("Landed", f"{one.convoy} ({_title(one.title)}): {_many(one.beads, 'bead')}")
    yield from _merged(day.merged)
    if day.sent_back:
        yield Line("Work", f"{_many(len(day.sent_back), 'review')} sent work back")
    for rig in day.rigs:
        if rig.commits or rig.opened:
            yield Line(
                "Work",
                f"{rig.rig}: {_many(rig.commits, 'commit')}, +{rig.added} -{rig.removed} lines, "
                f"{_many(rig.opened, 'bead')} opened, {rig.left_open} open now",
            )


def _merged(merged: Sequence[Merged]) -> Iterator[Line]:
    counts = Counter(one.rig for one in merged)
    for rig, count in sorted(counts.items()):
        mine = [one for one in merged if one.rig == rig]
        names = ", ".join(f"{one.bead} ({_title(one.title)})" for one in mine[:SHOWN])
        more = f" and {count - SHOWN} more" if count > SHOWN else ""
        yield Line("Merged", f"{_many(count, 'bead')} in {rig}: {names}{more}")


def _trouble(one: Trouble) -> str:
    where = f" of {one.convoy}" if one.convoy else ""
    why = one_line(one.why, _WHY)
    return f"{one.step}{where} ({_title(one.title)}) since {one.at:%Y-%m-%d}: {why}"


def _title(text: str) -> str:
    return one_line(text, _TITLE)


def _many(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"
