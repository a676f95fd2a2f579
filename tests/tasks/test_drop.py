"""A convoy that is given up leaves its open beads free and loses no work unasked."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from gastown.beads.bead import CLOSED, IN_PROGRESS, OPEN
from gastown.convoys.board import board
from gastown.convoys.convoy import create_convoy
from gastown.errors import ClaimedError, GasTownError, GitError, LedgerError, NotFoundError
from gastown.machine.holder import holder
from gastown.rigs.slots import slots
from tasks.drop import check_not_dropped, drop
from tasks.land import land
from tests.tasks.half import Half

HOUR = timedelta(hours=1)


@pytest.fixture
def half(tmp_path: Path) -> Half:
    return Half(tmp_path)


def test_what_would_not_be_missed_is_removed_without_a_question_and_said(half: Half):
    dropped = drop(half.town, half.convoy, "too big")

    assert dropped.removed == (
        f"garden: defender/{half.convoy} (branch convoy/{half.convoy})",
        f"garden: polecats/agate (branch polecat/agate/{half.held})",
        f"garden: branch convoy/{half.convoy} at origin",
    )
    assert half.branches() == ["main", "main"]
    assert not half.work.path.exists()
    assert slots(half.layout) == ()


def test_open_beads_are_free_for_another_convoy_and_a_persons_stay_theirs(half: Half):
    dropped = drop(half.town, half.convoy)

    assert dropped.open == (half.held, half.ours)
    assert half.status(half.held) == (OPEN, "")
    assert half.status(half.ours) == (IN_PROGRESS, "ann")
    assert half.status(half.done)[0] == CLOSED
    again = create_convoy(half.town.ledger, half.town.config, "Again", dropped.open)
    assert again.status == OPEN


def test_convoy_molecule_and_steps_are_closed_with_the_reason(half: Half):
    drop(half.town, half.convoy, "too big")

    ledger = half.town.ledger
    for bead in (half.convoy, half.molecule.id, half.molecule.beads["work"]):
        assert ledger.show(bead).close_reason == "dropped: too big"
        assert ledger.claim_of(bead) is None
    assert ledger.show(half.molecule.beads["defend"]).close_reason == "red"
    drawn = board(ledger, half.convoy)
    assert [row.summary for row in drawn.stages] == ["red", *["dropped: too big"] * 2]


def test_a_convoy_that_was_given_up_is_neither_dropped_nor_landed_again(half: Half):
    drop(half.town, half.convoy, "too big")

    with pytest.raises(LedgerError, match="closed already: dropped: too big"):
        drop(half.town, half.convoy)
    with pytest.raises(LedgerError, match=r"given up \(dropped: too big\).*town convoy create"):
        land(half.town, half.molecule)
    with pytest.raises(LedgerError, match="given up"):
        check_not_dropped(half.town.ledger, half.convoy)


def test_work_that_is_not_on_main_is_named_and_lost_only_by_force(half: Half):
    half.work_on()
    (half.work.path / "more.py").touch()
    before = half.branches(), half.status(half.held)

    with pytest.raises(GasTownError) as told:
        drop(half.town, half.convoy)

    assert "garden/polecats/agate: more.py is not committed" in str(told.value)
    assert "Plant" in str(told.value)
    assert "--force" in str(told.value)
    assert (half.branches(), half.status(half.held)) == before
    assert half.status(half.molecule.id)[0] == OPEN

    drop(half.town, half.convoy, force=True)
    assert half.branches() == ["main", "main"]


def living() -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])


@pytest.fixture
def run() -> Iterator[str]:
    """A process that lives, as the holder of a claim."""
    process = living()
    born = psutil.Process(process.pid).create_time()
    yield f"{holder().split(':')[0]}:{process.pid}:{born:.2f}"
    process.kill()
    process.wait()


@pytest.mark.parametrize("place", ["molecule", "step"])
def test_nothing_is_dropped_under_a_run(half: Half, run: str, place: str):
    bead = half.molecule.id if place == "molecule" else half.molecule.beads["work"]
    half.town.ledger.claim(bead, run, HOUR)
    before = half.branches()

    with pytest.raises(ClaimedError, match=r"is held by|another run"):
        drop(half.town, half.convoy, force=True)

    assert half.branches() == before
    assert half.status(half.convoy)[0] == OPEN


def test_claims_of_a_run_that_was_killed_are_no_hindrance(half: Half):
    process = living()
    born = psutil.Process(process.pid).create_time()
    dead = f"{holder().split(':')[0]}:{process.pid}:{born:.2f}"
    for bead in (half.molecule.id, half.molecule.beads["work"]):
        half.town.ledger.claim(bead, dead, HOUR)
    process.kill()
    process.wait()

    drop(half.town, half.convoy)

    assert half.status(half.molecule.beads["work"])[0] == CLOSED


@pytest.mark.parametrize("before", ["gastown.convoys.giving_up", "tasks.drop"])
def test_a_drop_that_was_cut_short_is_finished_by_the_next(half: Half, monkeypatch, before: str):
    """Before the molecule is closed, or before its convoy is."""

    class Cut(Exception):  # noqa: N818 - stands for a kill
        pass

    def cut(*_: object) -> None:
        raise Cut

    monkeypatch.setattr(f"{before}.close_given_up", cut)
    with pytest.raises(Cut):
        drop(half.town, half.convoy)
    monkeypatch.undo()
    assert half.status(half.convoy)[0] == OPEN

    assert drop(half.town, half.convoy).open == (half.held, half.ours)
    assert half.status(half.molecule.id)[0] == half.status(half.convoy)[0] == CLOSED


def test_while_origin_is_away_nothing_changes(half: Half):
    half.origin.rename(half.origin.with_name("away.git"))

    with pytest.raises(GitError):
        drop(half.town, half.convoy)

    assert half.work.path.is_dir()
    assert half.status(half.convoy)[0] == OPEN


def test_a_convoy_that_was_never_launched_is_just_closed(half: Half):
    drop(half.town, half.convoy)
    fresh = create_convoy(half.town.ledger, half.town.config, "Again", [half.held]).id

    dropped = drop(half.town, fresh)

    assert (dropped.removed, dropped.open) == ((), (half.held,))
    assert half.status(fresh)[0] == CLOSED


def test_only_a_convoy_can_be_dropped(half: Half):
    with pytest.raises(NotFoundError, match="not a convoy"):
        drop(half.town, half.held)
