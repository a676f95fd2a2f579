"""7. The ledger in git: beads travel as lines of text, and two clones' lines become one.

A clone works on its own SQLite file; what is shared is `issues.jsonl`, one bead a line, readable by
`bd` too. Import deletes nothing, and a merge of two clones loses no bead.
"""

import json

import pytest

from gastown.beads.bead import Draft
from gastown.beads.sqlite import SqliteLedger
from gastown.beads.sync import export_file, import_file, merge_files
from gastown.errors import JsonlError
from gastown.testing import FakeClock, MemoryLedger


def test_a_bead_goes_through_a_file_into_another_clone(tmp_path):
    file = tmp_path / "issues.jsonl"
    with SqliteLedger(tmp_path / "mine.db") as mine, SqliteLedger(tmp_path / "yours.db") as yours:
        bead = mine.create(Draft(title="Bake", prefix="shop"))

        export_file(mine, "shop", file)
        import_file(yours, file)

        assert yours.show(bead.id) == bead


def test_what_another_tool_wrote_into_a_line_stays_there(tmp_path):
    file = tmp_path / "issues.jsonl"
    ledger = MemoryLedger()
    bead = ledger.create(Draft(title="Bake", prefix="shop"))
    export_file(ledger, "shop", file)
    line = json.loads(file.read_text())
    file.write_text(json.dumps({**line, "oven": "the big one"}) + "\n")

    import_file(ledger, file)
    ledger.update(bead.id, {"priority": 1})
    export_file(ledger, "shop", file)

    after = json.loads(file.read_text())
    assert (after["oven"], after["priority"]) == ("the big one", 1)


def test_two_clones_that_each_changed_something_are_merged(tmp_path):
    clock = FakeClock()
    base, mine, yours = MemoryLedger(clock), MemoryLedger(clock), MemoryLedger(clock)
    bake = base.create(Draft(title="Bake", prefix="shop"))
    old, left, right = (tmp_path / f"{name}.jsonl" for name in ("old", "mine", "yours"))
    export_file(base, "shop", old)
    import_file(mine, old)
    import_file(yours, old)

    clock.advance(seconds=60)
    mine.close(bake.id, "baked")
    yours.update(bake.id, {"priority": 0})
    yours.create(Draft(title="Sell", prefix="shop"))
    export_file(mine, "shop", left)
    export_file(yours, "shop", right)
    merged = merge_files(old, left, right, tmp_path / "out.jsonl").beads

    assert merged[bake.id].status == "closed"
    assert merged[bake.id].priority == 0
    assert sorted(bead.title for bead in merged.values()) == ["Bake", "Sell"]


def test_a_file_that_was_cut_off_is_refused_by_its_line_and_changes_nothing(tmp_path):
    file = tmp_path / "issues.jsonl"
    ledger = MemoryLedger()
    ledger.create(Draft(title="Bake", prefix="shop"))
    export_file(ledger, "shop", file)
    file.write_text(file.read_text() + '{"id": "shop-x1", "tit')
    empty = MemoryLedger()

    with pytest.raises(JsonlError, match=r"issues\.jsonl:2: no JSON"):
        import_file(empty, file)

    assert empty.find() == []
