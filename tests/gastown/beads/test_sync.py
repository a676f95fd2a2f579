"""Sync: between the store and the files that git carries, nothing is lost without a word."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from gastown.beads.bead import Bead, Draft
from gastown.beads.jsonl import line_of, read, render, write
from gastown.beads.memory import MemoryLedger
from gastown.beads.sync import export_file, import_file, merge_files
from gastown.errors import JsonlError, LedgerError
from gastown.testing import FakeClock
from tests.gastown.beads.worlds import START, bead, edge

LATER = START + timedelta(hours=1)
MEMORY = '{"_type":"memory","key":"k","value":"v"}'


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger(FakeClock())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".beads" / "issues.jsonl"


def names(path: Path) -> list[str]:
    return list(read(path).issues)


def tombstone(name: str) -> Bead:
    return bead(name, status="tombstone", deleted_at="2026-01-01T00:00:00Z")


class TestExport:
    def test_a_prefix_goes_out_sorted_without_the_ephemeral(self, ledger: MemoryLedger, path: Path):
        ledger.put([bead(f"gt-{name}") for name in "ba"])
        ledger.put([bead("gt-wisp", ephemeral=True), bead("hq-a"), bead("gt-main-x")])

        done = export_file(ledger, "gt", path, apart=("gt-main", "hq"))

        assert names(path) == ["gt-a", "gt-b"]
        assert (done.beads, done.changed) == (2, True)

    def test_it_touches_nothing_when_nothing_changed(self, ledger: MemoryLedger, path: Path):
        ledger.put([bead("gt-a")])
        export_file(ledger, "gt", path)
        before = path.stat()

        assert export_file(ledger, "gt", path).changed is False
        assert path.stat().st_ino == before.st_ino

    def test_what_changed_after_the_clock_was_set_back_goes_out_and_does_not_come_back_older(
        self, path: Path
    ):
        clock = FakeClock()
        ledger = MemoryLedger(clock)
        clock.advance(3600)
        made = ledger.create(Draft(title="early bird", prefix="gt")).id
        export_file(ledger, "gt", path)
        before = path.read_text()
        clock.advance(-3600)

        ledger.close(made, "done")
        assert export_file(ledger, "gt", path).changed

        path.write_text(before)
        import_file(ledger, path)
        assert ledger.show(made).status == "closed"

    def test_only_the_changed_line_changes(self, ledger: MemoryLedger, path: Path):
        path.parent.mkdir()
        odd = line_of(bead("gt-a")).replace(",", " , ")
        path.write_text(f"{odd}\n{MEMORY}\n{line_of(bead('gt-b'))}\n")
        import_file(ledger, path)
        ledger.close("gt-b", "done")
        export_file(ledger, "gt", path)

        lines = path.read_text().splitlines()
        assert (lines[0], lines[2]) == (odd, MEMORY)
        assert read(path).beads["gt-b"] == ledger.show("gt-b")

    def test_it_refuses_to_drop_beads_the_ledger_lacks(self, ledger: MemoryLedger, path: Path):
        write(path, [bead(f"gt-{n}") for n in range(7)])
        before = path.read_bytes()

        with pytest.raises(
            LedgerError, match=r"that the ledger lacks: gt-0, .*, …. Import it first"
        ):
            export_file(ledger, "gt", path)
        assert path.read_bytes() == before

    def test_it_refuses_to_overwrite_newer_beads(self, ledger: MemoryLedger, path: Path):
        ledger.put([bead("gt-a")])
        write(path, [bead("gt-a", title="newer", updated_at=LATER)])

        with pytest.raises(LedgerError, match=r"newer than the ledger's: gt-a. Import it first"):
            export_file(ledger, "gt", path)

    def test_it_refuses_to_overwrite_a_file_it_cannot_read(self, ledger: MemoryLedger, path: Path):
        path.parent.mkdir()
        path.write_text('{"id":"gt-a"')

        with pytest.raises(JsonlError, match=r"issues.jsonl:1: .*cut off"):
            export_file(ledger, "gt", path)
        assert path.read_text() == '{"id":"gt-a"'

    def test_tombstones_and_beads_of_other_prefixes_stay_in_the_file(
        self, ledger: MemoryLedger, path: Path
    ):
        write(path, [tombstone("gt-dead"), tombstone("gt-undead"), bead("bd-guest")])
        ledger.put([bead("bd-guest", title="edited", updated_at=LATER), bead("gt-undead")])

        done = export_file(ledger, "gt", path)

        assert names(path) == ["bd-guest", "gt-dead", "gt-undead"]
        assert read(path).beads["bd-guest"].title == "edited"
        assert done.deleted == ("gt-undead",)


class TestImport:
    def test_what_went_out_comes_in_the_same(self, ledger: MemoryLedger, path: Path):
        parent = ledger.create(Draft(title="p", prefix="gt", labels=("x",), metadata={"k": [1]}))
        child = ledger.create(Draft(title="c", parent=parent.id, needs=()))
        ledger.close(child.id, "done", evidence={"commit": "abc"})
        export_file(ledger, "gt", path)
        other = MemoryLedger(FakeClock())

        done = import_file(other, path)

        assert (done.read, done.changed) == (2, 2)
        assert other.find() == ledger.find()
        assert import_file(other, path).changed == 0

    def test_older_rows_are_passed_over_and_none_is_deleted(self, ledger: MemoryLedger, path: Path):
        ledger.put([bead("gt-a", title="mine", updated_at=LATER), bead("gt-only-here")])
        write(path, [bead("gt-a", title="old"), bead("gt-b"), tombstone("gt-only-here")])

        done = import_file(ledger, path)

        assert (done.read, done.changed, done.deleted) == (2, 1, ("gt-only-here",))
        assert ledger.show("gt-a").title == "mine"
        assert {one.id for one in ledger.find()} == {"gt-a", "gt-b", "gt-only-here"}

    def test_a_bad_line_imports_nothing(self, ledger: MemoryLedger, path: Path):
        path.parent.mkdir()
        path.write_text(f"{line_of(bead('gt-a'))}\n{line_of(bead('gt-b'))[:-9]}")

        with pytest.raises(JsonlError, match=r"issues.jsonl:2: no JSON \(the line is cut off\)"):
            import_file(ledger, path)
        assert ledger.find() == []

    def test_a_cycle_across_files_imports_nothing(self, ledger: MemoryLedger, path: Path):
        ledger.put([bead("hq-a", dependencies=(edge("hq-a", "gt-a"),))])
        write(path, [bead("gt-a", dependencies=(edge("gt-a", "hq-a"),)), bead("gt-b")])

        with pytest.raises(LedgerError, match="gt-a → hq-a → gt-a"):
            import_file(ledger, path)
        assert [one.id for one in ledger.find()] == ["hq-a"]


class TestMergeFiles:
    @pytest.fixture
    def sides(self, tmp_path: Path) -> tuple[Path, Path, Path]:
        made = tmp_path / "base", tmp_path / "ours", tmp_path / "theirs"
        for path in made:
            write(path, [bead("gt-a")], others=[MEMORY])
        return made

    def test_both_sides_live_on_in_one_file(self, sides: tuple[Path, Path, Path]):
        base, ours, theirs = sides
        edited = line_of(bead("gt-a", title="edited", updated_at=LATER)).replace(",", " ,")
        ours.write_text(f"{edited}\n{line_of(bead('gt-o'))}\n")
        write(theirs, [bead("gt-a"), bead("gt-t")], others=[MEMORY, MEMORY.replace("k", "l")])

        merged = merge_files(base, ours, theirs, ours)

        assert names(ours) == ["gt-a", "gt-o", "gt-t"]
        assert ours.read_text().splitlines()[0] == edited
        assert read(ours).others == (MEMORY.replace("k", "l"),)
        assert dict(merged.beads) == {name: line.bead for name, line in read(ours).issues.items()}

    def test_the_order_of_the_sides_does_not_matter_to_the_byte(
        self, sides: tuple[Path, Path, Path], tmp_path: Path
    ):
        base, ours, theirs = sides
        write(ours, [bead("gt-a", labels=("x",)), bead("gt-o")])
        write(theirs, [bead("gt-a", labels=("y",)), bead("gt-t")])
        merge_files(base, ours, theirs, tmp_path / "one")
        merge_files(base, theirs, ours, tmp_path / "two")

        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()

    def test_a_cycle_that_only_both_together_form_is_named_and_nothing_is_written(
        self, sides: tuple[Path, Path, Path]
    ):
        base, ours, theirs = sides
        a, b = bead("gt-a"), bead("gt-b")
        write(ours, [bead("gt-a", dependencies=(edge("gt-a", "gt-b"),)), b])
        write(theirs, [a, bead("gt-b", dependencies=(edge("gt-b", "gt-a"),))])
        before = ours.read_bytes()

        with pytest.raises(LedgerError, match=r"gt-a → gt-b → gt-a .*; unlink one"):
            merge_files(base, ours, theirs, ours)
        assert ours.read_bytes() == before

    def test_as_a_merge_driver_it_joins_what_git_cannot(self, tmp_path: Path):
        """Two clones edit the same line; git alone would leave conflict markers."""
        base = bead("gt-a", labels=("x",))
        (tmp_path / "base").write_text(render([base]))
        (tmp_path / "ours").write_text(render([bead("gt-a", title="new", labels=("x",))]))
        (tmp_path / "theirs").write_text(render([bead("gt-a", labels=("x", "y"))]))
        git = subprocess.run(
            ["git", "merge-file", "-p", "ours", "base", "theirs"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert git.returncode == 1

        merge_files(*(tmp_path / side for side in ("base", "ours", "theirs", "ours")))

        found = read(tmp_path / "ours").beads["gt-a"]
        assert (found.title, found.labels) == ("new", ("x", "y"))
