"""Short words for what the tests of a ledger make and look at."""

from gastown.beads.bead import Bead, Draft
from gastown.beads.ledger import Ledger


def titles(beads: list[Bead]) -> list[str]:
    return [bead.title for bead in beads]


def make(ledger: Ledger, title: str, **fields: object) -> Bead:
    return ledger.create(Draft.model_validate({"title": title, **fields}))


def kinds(ledger: Ledger, bead: str) -> list[str]:
    return [event.kind for event in ledger.events(bead=bead)]
