"""A backup is whole or not there, is thinned, and gives the town back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.doctor.backup import age, back_up, backups, read_manifest, surplus
from gastown.doctor.rescue import keep
from gastown.doctor.restore import restore
from gastown.errors import GasTownError
from gastown.money.entry import Bid, Who
from gastown.money.sqlite import SqliteSpendLedger
from gastown.rigs.clone import commit_report
from gastown.rigs.git import Repo
from gastown.rigs.slots import slots
from gastown.town.town import Town
from tests.gastown.doctor.ward import Ward

NOW = datetime(2026, 1, 29, 9, tzinfo=UTC)


def test_a_restored_town_has_its_beads_money_records_and_unmerged_work(ward: Ward, tmp_path: Path):
    ward.work_on()
    tip = ward.work.head()
    keep(ward.clone, f"polecat/agate/{ward.held}")
    spend = SqliteSpendLedger(ward.town.layout.spend)
    spend.reserve(Bid(Who("s/1"), 1, 5, "2026-01-29"))
    commit_report(ward.town.layout.private("watchdog"), {"seen.md": "two secrets\n"}, "Scan")
    (ward.town.root / "cards").mkdir()
    (ward.town.root / "cards" / "polecat.md").write_text("Be kind.\n")

    done = back_up(ward.town, tmp_path / "kept", NOW)
    said = restore(Path(done.folder), tmp_path / "again")

    again = Town.open(tmp_path / "again")
    assert said.missing == ()
    assert {bead.id: bead for bead in again.ledger.find()} == dict(ward.look().beads)
    assert [e.seq for e in again.ledger.events()] == [e.seq for e in ward.town.ledger.events()]
    assert SqliteSpendLedger(again.layout.spend).open() == spend.open()
    assert (again.layout.cards / "polecat.md").read_text() == "Be kind.\n"
    assert (again.layout.private("watchdog") / "seen.md").read_text() == "two secrets\n"
    assert again.config == ward.town.config
    clone = Repo(again.layout.rig("garden").canonical)
    assert clone.rev(f"refs/heads/polecat/agate/{ward.held}") == tip
    assert clone.rev(f"refs/rescue/polecat/agate/{ward.held}/{tip[:10]}") == tip
    assert "plant.py" in clone.files(tip)
    assert slots(again.layout.rig("garden")) == slots(ward.layout)
    assert Repo(again.layout.private("watchdog")).ask("remote") == ""
    assert said.refs == done.refs == 3  # that one, the convoy's tests, and what was rescued


def test_a_clone_with_commits_of_its_own_comes_back_as_origin_has_it_and_keeps_them(
    ward: Ward, tmp_path: Path
):
    (ward.clone.path / "own.txt").write_text("mine\n")
    own = ward.clone.commit_all("Mine", "Ann <ann@example.org>")

    done = back_up(ward.town, tmp_path / "kept", NOW)
    restore(Path(done.folder), tmp_path / "again")

    clone = Repo(tmp_path / "again" / "garden" / "mayor" / "rig")
    assert clone.rev(f"refs/rescue/main/{own[:10]}") == own
    assert clone.head() == clone.rev("refs/remotes/origin/main")


def test_a_dry_run_tells_the_same_and_writes_nothing(ward: Ward, tmp_path: Path):
    would = back_up(ward.town, tmp_path / "kept", NOW, dry_run=True)
    assert not (tmp_path / "kept").exists()

    did = back_up(ward.town, tmp_path / "kept", NOW)

    same = (would.folder, would.files, would.refs)
    assert same == (did.folder, did.files, did.refs)
    assert back_up(ward.town, tmp_path / "kept", NOW + timedelta(days=1), keep=1, dry_run=True)
    assert backups(tmp_path / "kept") == ["20260129T090000Z"]


def test_old_ones_are_thinned_when_a_new_one_is_there(ward: Ward, tmp_path: Path):
    for days in range(3):
        back_up(ward.town, tmp_path / "kept", NOW + timedelta(days=days), keep=1)

    assert backups(tmp_path / "kept") == ["20260130T090000Z", "20260131T090000Z"]
    assert age(tmp_path / "kept", NOW + timedelta(days=3)) == timedelta(days=1)


@given(st.sets(st.integers(0, 24 * 400)), st.integers(1, 9))
def test_the_newest_stay_and_one_of_each_of_four_weeks(hours: set[int], keep: int):
    names = [(NOW + timedelta(hours=hour)).strftime("%Y%m%dT%H%M%SZ") for hour in hours]

    gone = surplus(names, keep)

    left = sorted(set(names) - set(gone))
    assert set(sorted(names)[-keep:]) <= set(left)
    assert len(left) <= keep + 4
    assert surplus(left, keep) == []


def test_half_a_backup_of_a_killed_process_is_none_and_goes_with_the_next(
    ward: Ward, tmp_path: Path
):
    half = tmp_path / "kept" / ".making-20260128T090000Z"
    half.mkdir(parents=True)
    (half / "town.toml").touch()
    assert backups(tmp_path / "kept") == []

    back_up(ward.town, tmp_path / "kept", NOW)

    assert not half.exists()


def test_a_damaged_backup_and_a_folder_in_use_are_refused(ward: Ward, tmp_path: Path):
    done = Path(back_up(ward.town, tmp_path / "kept", NOW).folder)
    with pytest.raises(GasTownError, match="is not empty"):
        restore(done, ward.town.root)
    with pytest.raises(GasTownError, match="of this second already"):
        back_up(ward.town, tmp_path / "kept", NOW)

    (done / "town.toml").write_text("[town]\n")

    with pytest.raises(GasTownError, match=r"is damaged: town\.toml"):
        restore(done, tmp_path / "again")
    assert not (tmp_path / "again").exists()
    (done / "manifest.json").unlink()
    with pytest.raises(GasTownError, match="no whole backup"):
        read_manifest(done)


def test_a_rig_whose_origin_is_away_is_told_and_the_rest_comes_back(ward: Ward, tmp_path: Path):
    done = back_up(ward.town, tmp_path / "kept", NOW)
    ward.origin.rename(tmp_path / "elsewhere.git")

    said = restore(Path(done.folder), tmp_path / "again")

    assert [line.split(":")[0] for line in said.missing] == ["garden"]
    assert said.refs == 0
    assert Town.open(tmp_path / "again").ledger.show(ward.convoy).title == "Spring"
