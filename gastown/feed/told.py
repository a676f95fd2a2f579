"""Told: what one event comes to, before it is made a line of the feed."""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from gastown.beads.ledger import Event
from gastown.feed.item import Kind
from gastown.feed.scene import Glance, Scene


class Told(NamedTuple):
    """A sentence, and what it is about."""

    kind: Kind
    what: str
    said: str
    actor: str = ""
    bead: str = ""
    rig: str = ""
    convoy: str = ""
    step: str = ""


class Sight(NamedTuple):
    """An event, the bead that it is of, and all that stands around them."""

    event: Event
    glance: Glance
    scene: Scene

    @property
    def bead(self) -> str:
        """The bead's id."""
        return self.event.bead

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The keys of the bead's metadata that were set."""
        return record_in(self.event.data.get("metadata"))

    def text(self, name: str) -> str:
        """A text among the event's own data."""
        found = self.event.data.get(name)
        return found if isinstance(found, str) else ""

    @property
    def reason(self) -> str:
        """Why something was closed or opened again."""
        return self.text("reason")


def record_in(value: Any) -> Mapping[str, Any]:
    """A record as JSON holds it; what is none is an empty one."""
    return cast("Mapping[str, Any]", value) if isinstance(value, dict) else {}


def titled(bead: str, title: str) -> str:
    """A bead as a person knows it."""
    return f"{bead} ({title})" if title else bead


def someone(actor: str) -> str:
    """Who did it; what has no name is the town's own doing."""
    return actor or "the town"
