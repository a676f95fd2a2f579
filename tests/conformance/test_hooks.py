"""What every ledger promises of hooks: one bead each, put there whole calls at a time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.beads.bead import Draft
from gastown.beads.ledger import Ledger
from gastown.beads.memory import MemoryLedger
from gastown.beads.sqlite import SqliteLedger
from gastown.errors import ClaimedError, LedgerError
from tests.conformance.given import kinds, make

AGATE, AMBER = "garden/agate", "garden/amber"


def test_beads_and_their_carrier_come_in_one_call(ledger: Ledger):
    one, two = make(ledger, "one"), make(ledger, "two")

    carrier = ledger.hook(
        {one.id: AGATE, two.id: AMBER},
        Draft(title="both", issue_type="convoy", tracks=(one.id, two.id)),
    )

    assert carrier is not None
    hooked = {bead.id: bead.assignee for bead in ledger.find(status="hooked")}
    assert hooked == {one.id: AGATE, two.id: AMBER}
    assert {edge.depends_on_id for edge in ledger.show(carrier.id).dependencies} == {one.id, two.id}
    assert kinds(ledger, one.id) == ["created", "hooked"]
    assert ledger.ready() == [ledger.show(carrier.id)]


def test_one_that_cannot_be_hooked_leaves_all_as_they_were(ledger: Ledger):
    one, two = make(ledger, "one"), make(ledger, "two")
    ledger.close(two.id, "done")

    with pytest.raises(LedgerError, match=r"is closed \(done\); only an open bead"):
        ledger.hook({one.id: AGATE, two.id: AMBER}, Draft(title="both"))

    assert ledger.show(one.id) == one
    assert len(ledger.find()) == 2


def test_a_hook_holds_one_bead_from_sling_to_close(ledger: Ledger):
    one, two = make(ledger, "one"), make(ledger, "two")
    ledger.hook({one.id: AGATE})

    with pytest.raises(ClaimedError, match=f"the hook of {AGATE} holds {one.id}"):
        ledger.hook({two.id: AGATE})
    with pytest.raises(ClaimedError, match=f"on the hook of {AGATE} already"):
        ledger.hook({one.id: AMBER})
    ledger.update(one.id, {"status": "in_progress"})
    with pytest.raises(ClaimedError, match=one.id):
        ledger.hook({two.id: AGATE})
    ledger.close(one.id, "merged")

    ledger.hook({two.id: AGATE})

    assert ledger.show(two.id).assignee == AGATE


def test_a_blocked_bead_goes_with_what_it_waits_for_or_not_at_all(ledger: Ledger):
    first = make(ledger, "first")
    then = make(ledger, "then", needs=(first.id,))

    with pytest.raises(LedgerError, match=f"{then.id} is blocked by {first.id}"):
        ledger.hook({then.id: AGATE})
    ledger.hook({then.id: AGATE, first.id: AMBER})

    assert len(ledger.find(status="hooked")) == 2


@pytest.mark.parametrize("issue_type", ["message", "gate", "molecule"])
def test_what_nobody_works_on_goes_onto_no_hook(ledger: Ledger, issue_type: str):
    bead = make(ledger, "no work", issue_type=issue_type)

    with pytest.raises(LedgerError, match="nobody works on"):
        ledger.hook({bead.id: AGATE})


def test_taken_off_it_is_open_again_but_not_once_its_work_began(ledger: Ledger):
    bead = make(ledger, "one")
    ledger.hook({bead.id: AGATE})

    off = ledger.unhook(bead.id, "not now", actor="ann")

    assert (off.status, off.assignee) == ("open", "")
    told = ledger.events(bead=bead.id)[-1]
    assert (told.kind, dict(told.data)) == ("unhooked", {"agent": AGATE, "reason": "not now"})
    ledger.hook({bead.id: AGATE})
    ledger.update(bead.id, {"status": "in_progress"})
    with pytest.raises(LedgerError, match="its work has begun"):
        ledger.unhook(bead.id, "too late")


def test_with_its_convoy_it_leaves_that_at_once_and_the_last_one_closes_it(ledger: Ledger):
    one, two = make(ledger, "one"), make(ledger, "two")
    convoy = ledger.hook({one.id: AGATE, two.id: AMBER}, Draft(title="c", tracks=(one.id, two.id)))
    assert convoy is not None

    ledger.unhook(one.id, "not now", carrier=convoy.id)
    left = ledger.show(convoy.id)
    assert ([edge.depends_on_id for edge in left.dependencies], left.status) == ([two.id], "open")
    ledger.unhook(two.id, "nor that", carrier=convoy.id)

    assert ledger.show(convoy.id).close_reason == "unslung: nor that"


def test_what_cannot_be_taken_off_stays_with_its_convoy(ledger: Ledger):
    bead = make(ledger, "one")
    convoy = ledger.hook({bead.id: AGATE}, Draft(title="c", tracks=(bead.id,)))
    assert convoy is not None
    ledger.close(convoy.id, "by hand")
    before = ledger.show(bead.id)

    with pytest.raises(LedgerError, match="closed"):
        ledger.unhook(bead.id, "too late", carrier=convoy.id)

    assert ledger.show(bead.id) == before


def test_of_many_who_sling_one_bead_or_to_one_hook_one_wins(tmp_path: Path):
    file = tmp_path / "beads.db"
    with SqliteLedger(file) as ledger:
        beads = [make(ledger, str(n)).id for n in range(4)]

    def try_to(bead: str) -> bool:
        with SqliteLedger(file) as mine:
            try:
                mine.hook({bead: AGATE}, Draft(title="carrier"))
            except ClaimedError:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(try_to, beads * 2))

    assert won.count(True) == 1
    with SqliteLedger(file) as ledger:
        assert len(ledger.find(status="hooked")) == len(ledger.find()) - 4 == 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("hiuc"), st.integers(0, 3), st.integers(0, 2))))
def test_whatever_is_tried_no_hook_holds_two(calls: list[tuple[str, int, int]]):
    ledger = MemoryLedger()
    beads = [make(ledger, str(number)).id for number in range(4)]
    for verb, bead, agent in calls:
        try:
            if verb == "h":
                ledger.hook({beads[bead]: f"r/{agent}"})
            elif verb == "u":
                ledger.unhook(beads[bead], "")
            elif verb == "c":
                ledger.close(beads[bead], "")
            elif ledger.show(beads[bead]).status == "hooked":
                ledger.update(beads[bead], {"status": "in_progress"})
        except LedgerError:
            pass
        held = [b.assignee for b in ledger.find() if b.status in {"hooked", "in_progress"}]
        assert len(set(held)) == len(held)
        assert all(not b.assignee for b in ledger.find(status="open"))
