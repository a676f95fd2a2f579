"""1. Beads: what is to be done, and in which order.

A bead is an issue: a title, a status, what it needs. The ledger keeps all beads of a town; here it
is one in memory, in a town it is a SQLite file.
"""

from gastown.beads.bead import Draft
from gastown.testing import MemoryLedger


def test_a_draft_says_what_is_wanted_and_the_ledger_gives_it_an_id():
    ledger = MemoryLedger()

    bead = ledger.create(Draft(title="Sell bread online", prefix="shop"), actor="you")

    assert bead.id.startswith("shop-")  # a rig's beads carry its prefix, the town's own `hq`
    assert bead.status == "open"
    assert ledger.show(bead.id) == bead


def test_children_are_numbered_under_their_parent():
    ledger = MemoryLedger()
    epic = ledger.create(Draft(title="Open the shop", issue_type="epic"))

    first = ledger.create(Draft(title="Bake", parent=epic.id))
    second = ledger.create(Draft(title="Sell", parent=epic.id))

    assert [first.id, second.id] == [f"{epic.id}.1", f"{epic.id}.2"]


def test_a_bead_is_ready_when_all_that_it_needs_is_closed():
    ledger = MemoryLedger()
    bake = ledger.create(Draft(title="Bake"))
    ledger.create(Draft(title="Sell", needs=(bake.id,)))
    assert [bead.title for bead in ledger.ready()] == ["Bake"]

    ledger.close(bake.id, "out of the oven")

    assert [bead.title for bead in ledger.ready()] == ["Sell"]


def test_the_most_urgent_is_ready_first():
    """Priority 0 is the most urgent, 4 the least."""
    ledger = MemoryLedger()
    ledger.create_many(
        [Draft(title="Polish", priority=4), Draft(title="Put out the fire", priority=0)]
    )

    assert [bead.title for bead in ledger.ready()] == ["Put out the fire", "Polish"]


def test_everything_that_happened_to_a_bead_can_be_read_back():
    ledger = MemoryLedger()
    bead = ledger.create(Draft(title="Bake"), actor="you")
    ledger.update(bead.id, {"priority": 1}, actor="you")
    ledger.close(bead.id, "done", actor="baker")

    happened = [(event.kind, event.actor) for event in ledger.events(bead=bead.id)]

    assert happened == [("created", "you"), ("updated", "you"), ("closed", "baker")]
