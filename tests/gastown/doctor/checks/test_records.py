"""Convoys, ledger, clones, leftovers, disk, settings, tools: what is on record agrees."""

import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gastown.beads.bead import CLOSED, Bead
from gastown.beads.jsonl import read, write
from gastown.convoys.share import share_ledgers
from gastown.doctor.checks.disk import LEAST, full
from gastown.doctor.checks.settings import CHECK as SETTINGS
from gastown.doctor.checks.tools import GIT, old_git
from gastown.doctor.rescue import rescued
from gastown.doctor.scene import Scene
from gastown.money.sqlite import SqliteSpendLedger
from gastown.rigs.git import Repo
from gastown.town.edit import edit, put_model
from gastown.town.town import Town
from tests.gastown.doctor.ward import CLAIMED, Ward, ended
from tests.tasks.half import ANN


def test_a_molecule_that_a_killed_landing_left_open_is_closed_for_its_convoys_reason(ward: Ward):
    for step in ("work", "refine"):
        ward.close(ward.molecule.beads[step], "done")
    ward.dies(CLAIMED.format(bead=ward.molecule.id) + f"town.ledger.close({ward.convoy!r}, 'done')")

    assert ("convoys", ward.molecule.id) in ward.marks("convoys")
    ward.mended("claims", "convoys")

    bead = ward.town.ledger.show(ward.molecule.id)
    assert (bead.status, bead.close_reason) == (CLOSED, "done")
    assert ward.town.ledger.show(ward.molecule.beads["work"]).close_reason == "done"


def test_open_steps_of_a_closed_convoy_are_given_up(ward: Ward):
    ward.close(ward.convoy, "split up")

    assert ward.mended("convoys") == ["closed"]
    shown = ward.town.ledger.show
    assert shown(ward.molecule.beads["work"]).close_reason == "dropped: split up"
    assert shown(ward.molecule.beads["defend"]).close_reason == "red"
    assert shown(ward.molecule.id).close_reason == "split up"


def test_a_convoy_whose_molecule_is_closed_is_closed_if_its_beads_are(ward: Ward):
    ward.close(ward.molecule.id, "landed")
    (found,) = ward.found("convoys")
    assert found.mend == ""
    assert found.advice.endswith(f"town convoy drop {ward.convoy}")

    for bead in (ward.held, ward.ours):
        ward.close(bead)

    assert ward.mended("convoys") == ["closed"]
    assert ward.town.ledger.show(ward.convoy).close_reason == "landed"


def test_a_run_that_is_landing_its_convoy_is_left_to_it(ward: Ward):
    closed = f"town.ledger.close({ward.convoy!r}, 'done')"
    run = ward.lives(CLAIMED.format(bead=ward.molecule.id) + closed)
    try:
        assert ward.found("convoys") == []
    finally:
        ended(run)


def test_a_damaged_file_is_told_before_anything_is_read_from_it(ward: Ward):
    spend = SqliteSpendLedger(ward.town.layout.spend)
    spend.entries()
    spend.close()
    with ward.town.layout.spend.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(4096))

    (found,) = ward.found("ledger")

    assert (found.subject, found.severity, found.mend) == ("spend.db", "error", "")
    assert "is damaged" in found.said


def test_a_bead_that_was_closed_twice_is_told(ward: Ward):
    ward.close(ward.held)
    ward.town.ledger.reopen(ward.held, "again")
    ward.close(ward.held)
    assert ward.found("ledger") == []

    with closing(sqlite3.connect(ward.town.layout.store)) as db, db:
        db.execute(
            "INSERT INTO events (bead, kind, actor, at, data) SELECT bead, kind, actor, at, data"
            " FROM events WHERE bead = ? AND kind = 'closed' LIMIT 1",
            (ward.held,),
        )

    assert ward.marks("ledger") == [("ledger", ward.held)]


def test_a_bead_against_the_formats_laws_is_told(ward: Ward):
    with closing(sqlite3.connect(ward.town.layout.store)) as db, db:
        changed = "UPDATE beads SET body = json_set(body, '$.status', 'mad') WHERE id = ?"
        db.execute(changed, (ward.held,))

    assert "unknown status 'mad'" in ward.found("ledger")[0].said


def test_beads_that_came_by_git_and_were_never_taken_in_are_imported(ward: Ward):
    share_ledgers(ward.town)
    assert ward.found("ledger") == []
    file = ward.town.layout.shared
    at = datetime.now(UTC)
    other = Bead(id="hq-zz9", title="From elsewhere", created_at=at, updated_at=at)
    later = ward.town.ledger.show(ward.convoy).model_copy(
        update={"title": "Summer", "updated_at": at + timedelta(hours=1)}
    )
    beads = {**read(file).beads, other.id: other, later.id: later}
    write(file, beads.values())

    (found,) = ward.found("ledger")

    assert found.subject == ".beads/issues.jsonl"
    assert ward.mended("ledger") == ["2 beads imported"]
    assert ward.town.ledger.show(ward.convoy).title == "Summer"


def test_a_file_with_a_conflict_in_it_is_told(ward: Ward):
    share_ledgers(ward.town)
    file = ward.town.layout.shared
    file.write_text(f"<<<<<<< ours\n{file.read_text()}")

    assert [one.severity for one in ward.found("ledger")] == ["error"]


def test_a_clone_with_commits_of_its_own_follows_origin_again_and_keeps_them(ward: Ward):
    (ward.clone.path / "own.txt").write_text("mine\n")
    own = ward.clone.commit_all("Mine", ANN)

    (found,) = ward.found("clones")
    (done,) = ward.mended("clones")

    assert found.said == "has commits of its own (1) on main, so it cannot follow origin"
    (ref,) = rescued(ward.clone)
    assert ref in done
    assert ward.clone.rev(ref) == own
    assert ward.clone.head() == ward.clone.rev("origin/main")


def test_changes_in_a_clone_are_a_persons_to_move(ward: Ward):
    ward.clone.run("switch", "--quiet", "-c", "mine")
    assert ward.found("clones")[0].said == "is on mine, not on main"
    ward.clone.run("switch", "--quiet", "main")
    (ward.clone.path / "own.txt").write_text("mine\n")

    (found,) = ward.found("clones")
    assert (found.mend, found.severity) == ("", "error")
    assert ward.treat("clones").findings == (found,)
    assert (ward.clone.path / "own.txt").exists()


def test_a_clone_that_is_gone_is_told_with_the_way_to_have_it_again(ward: Ward):
    ward.layout.canonical.rename(ward.town.root / "moved")

    (found,) = ward.found("clones")

    assert found.advice.startswith("git clone --branch main -- ")


def test_a_clone_that_is_behind_its_origin_is_none_of_the_doctors_affairs(ward: Ward):
    ward.work_on()
    ward.work.push(ward.work.head(), "main")
    ward.clone.fetch()

    assert ward.found("clones") == []


def aged(path: Path, seconds: float = 3600) -> Path:
    past = time.time() - seconds
    os.utime(path, (past, past))
    return path


def test_trash_and_drafts_are_removed_when_they_are_old_and_nobodys(ward: Ward):
    checks = ward.layout.check("x").parent
    checks.mkdir(exist_ok=True)
    trash = checks / ".trash-visit-1-abc"
    (trash / "deep").mkdir(parents=True)
    slot = ward.layout.polecat(".oak.json.999999")
    young = ward.layout.polecat(".elm.json.999999")
    ours = ward.layout.polecat(f".fir.json.{os.getpid()}")
    for path in (slot, young, ours):
        path.write_text("{")
    for path in (trash, slot, ours):
        aged(path)

    assert [subject for _, subject in ward.marks("leftovers")] == [
        "garden/checks/.trash-visit-1-abc",
        "garden/polecats/.oak.json.999999",
    ]
    assert ward.mended("leftovers") == ["removed", "removed"]
    assert (trash.exists(), slot.exists()) == (False, False)
    assert (young.exists(), ours.exists()) == (True, True)


def test_the_lock_of_a_killed_git_is_removed_and_a_new_one_is_not(ward: Ward):
    lock = ward.layout.canonical / ".git" / "index.lock"
    lock.touch()
    assert ward.found("leftovers") == []
    aged(lock)

    assert ward.mended("leftovers") == ["removed"]
    assert not lock.exists()


def test_a_disk_without_room_is_told(tmp_path: Path):
    assert full(tmp_path, lambda _: LEAST) is None
    said = full(tmp_path, lambda _: LEAST - 1)
    assert said is not None
    assert said.severity == "error"


def test_a_key_that_nobody_saved_is_told_where_the_server_can_be_asked(ward: Ward):
    row = {"endpoint": "https://models.example.org/v1", "where": "cloud", "key": "moon"}
    edit(ward.town.layout.config, put_model("big", row))
    town = Town.open(ward.town.root)

    (found,) = SETTINGS.look(Scene(town, keys=frozenset))

    assert found.finding.subject == "models.big.key"
    assert found.finding.advice == "town key set moon"
    assert not list(SETTINGS.look(Scene(town, keys=lambda: frozenset({"moon"}))))
    assert not list(SETTINGS.look(Scene(town)))


@pytest.mark.parametrize(
    ("said", "old"),
    [
        (f"git version {GIT[0]}.{GIT[1]}.0\n", False),
        ("git version 2.50.1 (Apple Git-155)", False),
        ("git version 2.17.1", True),
        ("", True),
    ],
)
def test_a_git_that_cannot_do_what_is_asked_of_it_is_told(said: str, *, old: bool):
    assert (old_git(said) is not None) is old


def test_the_tools_of_this_machine_will_do(ward: Ward):
    assert ward.found("tools") == []
    assert Repo(ward.layout.canonical).branch() == "main"
