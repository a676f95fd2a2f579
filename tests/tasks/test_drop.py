"""A convoy that is given up leaves its open beads free and loses no work unasked."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from gastown.beads.bead import CLOSED, IN_PROGRESS, OPEN, Draft
from gastown.convoys.board import board
from gastown.convoys.convoy import create_convoy
from gastown.convoys.molecule import Molecule, pour
from gastown.errors import ClaimedError, GasTownError, GitError, LedgerError, NotFoundError
from gastown.formula.plan import Plan, PlannedStep
from gastown.founding.install import install
from gastown.founding.rig import add_rig
from gastown.machine.holder import holder
from gastown.rigs.clone import new_origin
from gastown.rigs.git import Repo
from gastown.rigs.slots import slots, take
from gastown.rigs.worktree import add_worktree
from gastown.town.town import Town
from tasks.drop import check_not_dropped, drop
from tasks.land import land

HOUR = timedelta(hours=1)
ANN = "Ann <ann@example.org>"


class Half:
    """A convoy half-way: one bead merged, one under a Polecat, one that a person holds."""

    def __init__(self, folder: Path) -> None:
        (folder / "source" / "tests").mkdir(parents=True)
        (folder / "source" / "tests" / "test_a.py").write_text("def test_a(): pass\n")
        self.origin = new_origin(folder / "source", folder / "garden.git")
        install(folder / "oak", "oak")
        add_rig(Town.open(folder / "oak"), "garden", str(self.origin))
        self.town = Town.open(folder / "oak")
        self.layout = self.town.layout.rig("garden")
        drafts = [Draft(title=title, prefix="ga") for title in ("Dig", "Plant", "Water")]
        self.done, self.held, self.ours = (bead.id for bead in self.town.ledger.create_many(drafts))
        beads = [self.done, self.held, self.ours]
        self.convoy = create_convoy(self.town.ledger, self.town.config, "Spring", beads).id
        self.molecule = self._poured()
        self.town.ledger.close(self.done, "Merged", evidence={"commit": "abc"})
        ann = {"status": IN_PROGRESS, "assignee": "ann"}
        self.town.ledger.update(self.ours, ann)
        self._worked_on()

    def _poured(self) -> Molecule:
        keys = ("defend", "work", "refine")
        steps = [PlannedStep(key=key, step=key, title=key, role=key, rig="garden") for key in keys]
        plan = Plan(formula="convoy", digest="d", convoy=self.convoy, steps=tuple(steps))
        molecule = pour(self.town.ledger, plan)
        self.town.ledger.close(molecule.beads["defend"], "red", evidence={"summary": "red"})
        return molecule

    def _worked_on(self) -> None:
        path = self.layout.defender(self.convoy)
        self.tests = Repo(add_worktree(self.layout, path, f"convoy/{self.convoy}", "origin/main"))
        (path / "tests" / "test_plant.py").write_text("def test_plant(): assert 0\n")
        made = self.tests.commit_all(f"Test\n\nBead: {self.held}\nStage: defender 1", ANN)
        self.tests.push(f"convoy/{self.convoy}")
        slot = take(self.layout, self.held)
        path = self.layout.polecat(slot.name)
        self.work = Repo(add_worktree(self.layout, path, slot.branch, "origin/main"))
        self.work.cherry_pick(made, ANN)
        self.town.ledger.update(
            self.held, {"status": IN_PROGRESS, "assignee": f"garden/{slot.name}"}
        )

    def work_on(self) -> None:
        (self.work.path / "plant.py").write_text("rose = 1\n")
        self.work.commit_all(f"Plant\n\nBead: {self.held}\nStage: polecat 1", ANN)

    def status(self, bead: str) -> tuple[str, str]:
        found = self.town.ledger.show(bead)
        return found.status, found.assignee

    def branches(self) -> list[str]:
        refs = ("for-each-ref", "--format=%(refname:short)", "refs/heads")
        return Repo(self.layout.canonical).ask(*refs).split() + Repo(self.origin).ask(*refs).split()


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


def test_a_drop_that_was_cut_short_is_finished_by_the_next(half: Half, monkeypatch):
    class Cut(Exception):  # noqa: N818 - stands for a kill
        pass

    def cut(*_: object) -> None:
        raise Cut

    monkeypatch.setattr("tasks.drop._close", cut)
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
