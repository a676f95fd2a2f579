"""The guard stands before the tests: nothing runs of work that names what does not exist."""

from pathlib import Path

import pytest

from gastown.agents.protocols import Check
from gastown.stage import Placement, StageRequest
from tasks.defender import Proof, names_of
from tasks.desk import Desk
from tasks.polecat import Ground, judge
from tests.tasks.half import Half

OLD = "extends Node\nfunc f():\n\treturn deg2rad(3)\n"
NEW = OLD.replace("deg2rad", "deg_to_rad")


@pytest.fixture
def half(tmp_path: Path) -> Half:
    return Half(tmp_path)


@pytest.fixture
def desk(half: Half) -> Desk:
    request = StageRequest(
        town=str(half.town.root), convoy=half.convoy, step="hq-mol-1", key="k", role="polecat",
        rig="garden", bead=half.held, token=1, placement=Placement(where="local", reason="test"),
    )  # fmt: skip
    return Desk(half.town, request, half.town.root)


def test_a_polecats_change_with_an_invented_name_is_refused_before_anything_runs(half, desk):
    ground = Ground(half.work, half.work.head())
    (half.work.path / "turn.gd").write_text(OLD)

    check = judge(desk, ground)

    assert not check.ok
    assert "turn.gd:3: deg2rad(…) does not exist" in check.feedback
    assert "write `deg_to_rad(…)`" in check.feedback
    assert desk.gauged == 0


def test_the_right_spelling_goes_on_to_the_tests(half, desk):
    ground = Ground(half.work, half.work.head())
    (half.work.path / "turn.gd").write_text(NEW)

    assert "test_plant" in judge(desk, ground).feedback
    assert desk.gauged == 1


def proof_of(half: Half, desk: Desk, test: str) -> Check:
    (half.tests.path / "tests" / "test_new.gd").write_text(test)
    bead = half.town.ledger.show(half.held)
    half.town.ledger.update(bead.id, {"description": "Add `AeroGrid` with `AeroGrid.snap`."})
    bead = half.town.ledger.show(half.held)
    before = desk.gauge(half.tests.path)
    return Proof(desk.gauge, half.tests, names_of(desk, bead), before).check(None)


def test_a_defenders_test_may_name_what_the_bead_adds(half, desk):
    test = "extends Node\nfunc test_a():\n\treturn AeroGrid.snap(1.0)\n"

    assert "does not exist" not in proof_of(half, desk, test).feedback
    assert desk.gauged == 2


def test_a_defenders_test_in_godot_3_is_refused_before_it_runs(half, desk):
    test = 'extends Node\nfunc test_a():\n\tyield(AeroGrid.snap(), "done")\n'

    assert "write `await object.signal`" in proof_of(half, desk, test).feedback
    assert desk.gauged == 1
