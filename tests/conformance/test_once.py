"""What every ledger promises of beads that are made once, and of changes that look first."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.beads.bead import Bead, Draft
from gastown.beads.ids import keyed
from gastown.beads.ledger import Ledger
from gastown.beads.memory import MemoryLedger
from gastown.beads.sqlite import SqliteLedger
from gastown.errors import LedgerError, NotFoundError
from tests.conformance.given import kinds, make


class TestCreateOnce:
    def test_the_second_of_a_key_gives_the_first(self, ledger: Ledger):
        first = ledger.create_once(Draft(title="one", infix="esc"), "step/hq-mol-1.2/1")
        again = ledger.create_once(Draft(title="another", infix="esc"), "step/hq-mol-1.2/1")

        assert again == first == ledger.show(first.id)
        assert first.id.startswith("hq-esc-")
        assert kinds(ledger, first.id) == ["created"]

    def test_one_that_was_changed_or_closed_stays_so(self, ledger: Ledger):
        made = ledger.create_once(Draft(title="one"), "k")
        ledger.update(made.id, {"title": "said better"})
        ledger.close(made.id, "done")

        again = ledger.create_once(Draft(title="one"), "k")

        assert (again.id, again.title, again.status) == (made.id, "said better", "closed")

    def test_an_id_that_another_bead_has_is_passed_over_for_good(self, ledger: Ledger):
        taken, free = list(keyed("hq", "k"))[:2]
        alien = make(ledger, "alien", ephemeral=True).model_copy(update={"id": taken})
        ledger.put([alien])
        made = ledger.create_once(Draft(title="one"), "k")
        ledger.forget([taken])

        assert made.id == free
        assert ledger.create_once(Draft(title="one"), "k").id == free

    @pytest.mark.parametrize(
        ("draft", "key"),
        [
            (Draft(title="x"), ""),
            (Draft(title="x", parent="hq-abc"), "k"),
            (Draft(title="x", needs=("hq-none",)), "k"),
        ],
    )
    def test_what_cannot_be_made_once_is_refused(self, ledger: Ledger, draft: Draft, key: str):
        with pytest.raises(LedgerError):
            ledger.create_once(draft, key)

        assert ledger.find() == []

    @settings(max_examples=30, deadline=None)
    @given(st.lists(st.sampled_from("abcdef"), max_size=20))
    def test_there_are_as_many_beads_as_keys(self, keys: list[str]):
        ledger = MemoryLedger()
        made = [ledger.create_once(Draft(title="x"), key).id for key in keys]

        assert {bead.id for bead in ledger.find()} == set(made)
        assert len(set(made)) == len(set(keys))


class TestAmend:
    def test_a_change_sees_the_bead_as_it_is(self, ledger: Ledger):
        bead = make(ledger, "x", metadata={"count": 1})

        def more(now: Bead) -> dict[str, Any]:
            return {"metadata": {"count": now.metadata["count"] + 1}}

        ledger.amend(bead.id, more)

        assert ledger.amend(bead.id, more).metadata == {"count": 3}

    def test_nothing_to_change_leaves_no_trace(self, ledger: Ledger):
        bead = make(ledger, "x")

        assert ledger.amend(bead.id, lambda _: {}) == bead
        assert kinds(ledger, bead.id) == ["created"]

    def test_what_a_change_raises_undoes_it(self, ledger: Ledger):
        bead = make(ledger, "x")

        def refuse(_: Bead) -> dict[str, Any]:
            raise LedgerError("no")

        with pytest.raises(LedgerError, match="no"):
            ledger.amend(bead.id, refuse)
        with pytest.raises(NotFoundError):
            ledger.amend("hq-none", lambda _: {})
        assert ledger.show(bead.id) == bead


def test_threads_that_amend_and_create_at_once_lose_and_double_nothing(tmp_path: Path):
    with SqliteLedger(tmp_path / "beads.db") as ledger:
        counter = ledger.create(Draft(title="counter", metadata={"count": 0})).id

        def work(number: int) -> str:
            ledger.amend(counter, lambda b: {"metadata": {"count": b.metadata["count"] + 1}})
            return ledger.create_once(Draft(title=f"{number}"), f"key {number % 5}").id

        with ThreadPoolExecutor(8) as pool:
            made = set(pool.map(work, range(40)))

        assert ledger.show(counter).metadata == {"count": 40}
        assert len(made) == 5
        assert len(ledger.find()) == 6
