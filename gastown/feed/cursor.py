"""Cursor: a place in the feed, `<number>-<check>`: after which event, and of which ledger.

A working store can be made anew from git; its events are then others under the same numbers. The
check, three digits made of the event itself, tells such a cursor from one that holds.
"""

import re
import zlib

from gastown.beads.ids import microseconds
from gastown.beads.ledger import Event, Ledger
from gastown.errors import NotFoundError

START = "0"
"""Before everything."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_SHAPE = re.compile(r"(\d{1,18})-([0-9a-z]{3})")


def cursor_of(event: Event) -> str:
    """The place just after an event."""
    return f"{event.seq}-{_check(event)}"


def cursor_at(ledger: Ledger, place: int) -> str:
    """The place just after the event of that number."""
    found = ledger.events(after=place - 1, limit=1) if place else []
    return cursor_of(found[0]) if found else START


def place_of(ledger: Ledger, cursor: str) -> int:
    """The number of the event after which to go on. Raises NotFoundError for a foreign cursor."""
    if cursor == START:
        return 0
    found = _SHAPE.fullmatch(cursor)
    if found is None:
        raise NotFoundError(f"{cursor!r} is no cursor; each line of town feed has one, as 84-k3f")
    seq = int(found[1])
    there = ledger.events(after=seq - 1, limit=1)
    if not there or there[0].seq != seq or _check(there[0]) != found[2]:
        raise NotFoundError(
            f"the cursor {cursor} is of another ledger, or of this one before it was made anew "
            f"from git; begin with --since, or with --after {START}"
        )
    return seq


def _check(event: Event) -> str:
    text = f"{event.seq}|{event.bead}|{event.kind}|{microseconds(event.at)}"
    value = zlib.crc32(text.encode("utf-8", "surrogatepass")) % len(_DIGITS) ** 3
    high, low = divmod(value, len(_DIGITS))
    return "".join(_DIGITS[one] for one in (*divmod(high, len(_DIGITS)), low))
