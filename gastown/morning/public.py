"""public: what the public said, by Bug Scout's and Oracle's repositories, and what is proposed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from gastown.days.history import Window
from gastown.feedback.gathered import gathered
from gastown.feedback.gist import Gist
from gastown.feedback.inbox import Inbox
from gastown.feedback.weigh import Topic
from gastown.morning.fact import Line, Section

SECTION: Mapping[str, Section] = {"bug-scout": "Bugs", "oracle": "Feedback"}
_TOP = 3
_TITLE = 100


def public_lines(inbox: Inbox, window: Window) -> Iterator[Line]:
    """What came in on a day, what is heaviest, and how much waits for a decision."""
    decisions = inbox.decisions()
    proposed = [one for one in inbox.topics() if inbox.state(one, decisions) == "proposed"]
    if proposed:
        count = len(proposed)
        waits = f"{count} topic{' waits' if count == 1 else 's wait'} in the inbox (town inbox)"
        yield Line("Waiting for a person", waits)
    for reader, section in SECTION.items():
        if reader not in inbox.stores:
            continue
        gists = gathered(inbox.stores[reader]).gists
        yield from _came([one for one in gists if window.holds(one.came)], section)
        yield from _top([one for one in proposed if one.reader == reader], section)
        if unread := sum(one.unread for one in gists):
            yield Line(section, f"{unread} of {len(gists)} items are not sorted yet")


def _came(new: Sequence[Gist], section: Section) -> Iterator[Line]:
    if not new:
        return
    sources = ", ".join(f"{count} from {name}" for name, count in _counts(r.source for r in new))
    read = [one for one in new if one.read]
    kinds = _counts(f"{one.kind}, {one.severity}" for one in read)
    told = "; ".join(f"{count} {kind}" for kind, count in kinds)
    severe = any((one.kind, one.severity) == ("bug", "critical") for one in read)
    came = f"{len(new)} new item{'' if len(new) == 1 else 's'}: {sources}"
    yield Line(section, f"{came}; sorted as: {told}" if told else came, must=severe)


def _top(topics: Sequence[Topic], section: Section) -> Iterator[Line]:
    for topic in topics[:_TOP]:
        people = len(topic.voices)
        yield Line(
            section,
            f"{topic.id}, {topic.kind}, {topic.severity}, {people} "
            f"{'person' if people == 1 else 'people'}, {topic.votes} votes: {topic.title[:_TITLE]}",
        )


def _counts(names: Iterator[str]) -> list[tuple[str, int]]:
    return sorted(Counter(names).items())
