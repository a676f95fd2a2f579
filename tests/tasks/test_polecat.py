"""What a Polecat finds in its worktree after its bead was sent back."""

from pathlib import Path

import pytest

from gastown.rigs.git import Repo
from gastown.rigs.slots import slot_of
from gastown.stage import Placement, StageRequest
from tasks.desk import Desk
from tasks.polecat import prepare
from tasks.rigs import CONFLICT
from tests.tasks.half import ANN, Half


@pytest.fixture
def half(tmp_path: Path) -> Half:
    return Half(tmp_path)


def main_moves(half: Half, name: str = "other.py") -> None:
    clone = Repo(half.layout.canonical)
    (clone.path / name).write_text("x = 1\n")
    clone.commit_all("Another bead", ANN)
    clone.push("main")
    clone.fetch()


def desk(half: Half, role: str) -> Desk:
    """The second round, after the first one's merge met a conflict."""
    request = StageRequest(
        town=str(half.town.root), convoy=half.convoy, step="hq-mol-1", key=role, role=role,
        rig="garden", bead=half.held, round=2, token=1, reasons=(f"{CONFLICT} in plant.py",),
        placement=Placement(where="local", reason="test"),
    )  # fmt: skip
    return Desk(half.town, request, half.town.root)


def prepared(half: Half, role: str):
    slot = slot_of(half.layout, half.held)
    assert slot is not None
    return prepare(desk(half, role), slot)


def test_a_conflict_lets_the_next_round_begin_anew_on_main_with_what_was_lost_in_sight(half: Half):
    half.work_on()
    main_moves(half)

    ground = prepared(half, "polecat")

    assert not (ground.repo.path / "plant.py").exists()
    assert "rose = 1" in ground.lost


def test_the_refinery_finds_what_was_redone_though_main_moved_on_again(half: Half):
    """Else it would review, and merge, a branch without the Polecat's work."""
    half.work_on()
    main_moves(half)
    prepared(half, "polecat")
    (half.work.path / "plant.py").write_text("rose = 2\n")
    half.work.commit_all(f"Plant\n\nBead: {half.held}\nStage: polecat 2", ANN)
    main_moves(half, "third.py")

    ground = prepared(half, "refinery")

    assert (ground.repo.path / "plant.py").read_text() == "rose = 2\n"
