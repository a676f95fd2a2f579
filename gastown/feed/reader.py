"""Reader: the feed from a place on, in pages, each told in one look at the ledger."""

from collections.abc import Iterator, Mapping, Sequence

from gastown.beads.bead import TRACKS
from gastown.beads.ledger import Event, Ledger
from gastown.convoys.convoy import CONVOY
from gastown.feed.item import FeedItem
from gastown.feed.scene import Scene, glances, travellers
from gastown.feed.tell import tell
from gastown.feed.wanted import Wanted

PAGE = 1000


class Reader:
    """Goes through the events of a ledger in their order, forward only.

    `place` is the number of the last event that was looked at, told or not: a reader made anew at
    it goes on without loss or doubles, whoever wrote meanwhile.
    """

    def __init__(self, ledger: Ledger, rigs: Mapping[str, str], place: int = 0) -> None:
        """`rigs` names the rig of each prefix."""
        self.place = place
        self._ledger = ledger
        self._rigs = rigs
        self._convoys: dict[str, str] | None = None

    def page(self, limit: int = PAGE) -> list[FeedItem] | None:
        """What the next events come to; None when there is no event yet after `place`."""
        events = self._ledger.events(after=self.place, limit=limit)
        if not events:
            return None
        scene = self._scene(events)
        self.place = events[-1].seq
        return [item for event in events if (item := tell(event, scene)) is not None]

    def rest(self) -> Iterator[FeedItem]:
        """All until there is no more."""
        while (page := self.page()) is not None:
            yield from page

    def _scene(self, events: Sequence[Event]) -> Scene:
        beads = glances(self._ledger, {event.bead for event in events})
        if self._convoys is None or any(_binds(event) for event in events):
            self._convoys = travellers(self._ledger)
        return Scene(beads, self._convoys, self._rigs)


def newest(
    ledger: Ledger, rigs: Mapping[str, str], wanted: Wanted, count: int
) -> tuple[list[FeedItem], int]:
    """The last `count` lines that are wanted, found from the end; and the place just after them."""
    last = end = ledger.last_event()
    found: list[FeedItem] = []
    while end > 0 and len(found) < count:
        start = max(0, end - PAGE)
        page = Reader(ledger, rigs, start).page(end - start) or []
        found = [*filter(wanted.takes, page), *found]
        end = start
    return found[max(0, len(found) - count) :], last


def _binds(event: Event) -> bool:
    """Whether a bead may travel otherwise after it."""
    if event.kind == "created":
        return event.data.get("issue_type") == CONVOY
    return event.kind == "imported" or event.data.get("type") == TRACKS
