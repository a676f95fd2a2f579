"""Sessions: what agents do now, from their pulses; not on record, so no cursor leads back to it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from gastown.agents.prose import one_line
from gastown.feed.item import FeedItem
from gastown.health.pulse import Pulse

WORDS = {
    "idle": "is between two turns",
    "thinking": "thinks",
    "streaming": "answers",
    "tool": "runs",
    "waiting": "waits",
}
_CHARS = 200


class Sessions:
    """Tells what changed since it was asked last."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[str, str]] = {}

    def changes(self, pulses: Iterable[Pulse], place: int, cursor: str) -> list[FeedItem]:
        """A line for each session that does another thing now; `cursor` is the feed's own.

        What lies between two things is not told.
        """
        now = {one.session: one for one in pulses if not one.gone}
        news = [
            one
            for name, one in now.items()
            if one.state != "idle" and self._before.get(name) != (one.state, one.what)
        ]
        self._before = {name: (one.state, one.what) for name, one in now.items()}
        return [_item(one, place, cursor) for one in news]


def doing(pulse: Pulse) -> str:
    """What a session does, in words."""
    return one_line(f"{WORDS[pulse.state]} {pulse.what}", _CHARS)


def _item(pulse: Pulse, place: int, cursor: str) -> FeedItem:
    at = f" at {pulse.bead}" if pulse.bead else ""
    return FeedItem(
        seq=place,
        cursor=cursor,
        at=datetime.fromtimestamp(pulse.since, UTC),
        kind="session",
        what=pulse.state,
        source=pulse.step,
        rig=pulse.rig,
        convoy=pulse.convoy,
        bead=pulse.bead,
        actor=pulse.agent,
        said=one_line(f"{pulse.agent}{at} {doing(pulse)}", 2 * _CHARS),
    )
