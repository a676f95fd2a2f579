"""Readers: who reads what the public says, and where each keeps it."""

from gastown.beads.ledger import utc_now
from gastown.feedback.inbox import Inbox
from gastown.feedback.store import Store
from gastown.town.layout import TownLayout
from gastown.town.tables.sources import Reader

READERS: tuple[Reader, ...] = ("bug-scout", "oracle")


def store_of(layout: TownLayout, town: str, reader: Reader) -> Store:
    """A reader's private repository in the town of that name."""
    return Store(layout.private(reader), f"{reader} <{reader}@{town}>")


def inbox_of(layout: TownLayout, town: str) -> Inbox:
    """The inbox of the town of that name."""
    return Inbox({reader: store_of(layout, town, reader) for reader in READERS}, utc_now)
