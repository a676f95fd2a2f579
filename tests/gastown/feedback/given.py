"""Items, records and a store to test with."""

from datetime import UTC, datetime, timedelta
from typing import Any

from gastown.feedback.item import Item
from gastown.feedback.record import Record, Sorted, record_of

SALT = b"salt of a test"
NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def item(number: int, text: str = "", **more: Any) -> Item:
    """An item that came `number` minutes after noon."""
    at = NOON + timedelta(minutes=number)
    said: dict[str, Any] = {
        "key": f"issue-{number}",
        "title": f"Report {number}",
        "text": text or f"the text of report {number} and nothing like it",
        "author": f"player-{number}",
        "created": at,
        "updated": at,
    }
    return Item.model_validate(said | more)


def record(number: int, text: str = "", **more: Any) -> Record:
    """Its record."""
    return record_of("forum", item(number, text, **more), SALT, NOON + timedelta(minutes=number))


def sorted_as(found: Record, kind: str, severity: str = "medium", title: str = "a title") -> Record:
    """The record with a reading."""
    said = {"category": kind, "severity": severity, "title": title, "summary": "It is so."}
    reading = Sorted.model_validate({"of": found.digest, **said})
    return found.model_copy(update={"reading": reading})
