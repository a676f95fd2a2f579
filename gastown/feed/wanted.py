"""Wanted: which lines of the feed are asked for."""

from collections.abc import Collection
from datetime import datetime, timedelta

from gastown.errors import ConfigError
from gastown.feed.item import KINDS, FeedItem
from gastown.formula.duration import seconds
from gastown.stage import Frozen


class Wanted(Frozen):
    """Lines that fit everything that is said; what is empty does not matter.

    A kind is `step`, or one thing of it: `merge.merged`, `step.sent back`. An actor is the whole
    name, its last part, or a rig's agents: `game/opal`, `opal`, `game/`.
    """

    rig: str = ""
    convoy: str = ""
    kinds: tuple[str, ...] = ()
    actor: str = ""
    since: datetime | None = None

    def takes(self, item: FeedItem) -> bool:
        """Whether a line is asked for."""
        return (
            self.rig in ("", item.rig)
            and self.convoy in ("", item.convoy)
            and (not self.kinds or bool({item.kind, f"{item.kind}.{item.what}"} & {*self.kinds}))
            and (not self.actor or _is_of(item.actor, self.actor))
            and (self.since is None or item.at >= self.since)
        )


def check_kinds(kinds: Collection[str]) -> None:
    """Raise ConfigError for a kind that there is not."""
    for kind in kinds:
        if kind.split(".", 1)[0] not in KINDS:
            raise ConfigError(f"--kind {kind}: there is no such kind; kinds: {', '.join(KINDS)}")


def moment_of(text: str, now: datetime) -> datetime:
    """`2h` is two hours ago, `2026-01-29` or `2026-01-29T14:30` a moment, of this machine's zone.

    Raises ConfigError for any other text.
    """
    try:
        return now - timedelta(seconds=seconds(text))
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"--since {text}: give a duration (90s, 30m, 2h) or a day") from None
    return found if found.tzinfo else found.astimezone()


def _is_of(actor: str, asked: str) -> bool:
    return (
        actor == asked
        or actor.rsplit("/", 1)[-1] == asked
        or (asked.endswith("/") and actor.startswith(asked))
    )
