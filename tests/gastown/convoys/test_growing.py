"""A molecule that grows: joins and gates on record, and what a crash leaves of a growth."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from gastown.beads.bead import BLOCKS, Draft
from gastown.beads.ledger import Ledger
from gastown.beads.memory import MemoryLedger
from gastown.beads.sqlite import SqliteLedger
from gastown.convoys.board import board
from gastown.convoys.convoy import create_convoy
from gastown.convoys.course import Mark
from gastown.convoys.molecule import (
    Molecule,
    find_molecule,
    grow,
    marks,
    mended,
    opened_gates,
    pour,
    record_join,
    record_join_failure,
    recorded,
)
from gastown.formula.compose import Compose, ExpandRule
from gastown.formula.model import Formula
from gastown.formula.plan import Plan, PlannedGate, PlannedLoop, PlannedStep
from gastown.stage import StageResult
from tests.gastown.convoys.test_molecule import CONFIG


def step(key: str, *needs: str, **fields: Any) -> PlannedStep:
    return PlannedStep(key=key, step=key, title=key, needs=needs, **fields)


LOOP = PlannedLoop(until="output.ok == true", max=3, body=(step("work"),))
ROUNDS = TypeAdapter(ExpandRule).validate_python({"target": "t", "with": "w"})
PLAN = Plan(
    formula="f",
    digest="d",
    convoy="hq-cv-1",
    steps=(
        step("p.iter1.work", parent="p", role="polecat"),
        step(
            "p", "p.iter1.work", kind="join", members=("p.iter1.work",), loop=LOOP, role="polecat"
        ),
        step("ask", "p", kind="gate", gate=PlannedGate(type="human")),
        step("early", any_of="p"),
    ),
    library={"w": Formula(name="w", compose=Compose(expand=(ROUNDS,)))},
)


def after(plan: Plan, number: int) -> Plan:
    """The plan with round `number` of its loop."""
    key, before = f"p.iter{number}.work", f"p.iter{number - 1}.work"
    steps = []
    for one in plan.steps:
        if one.key == "p":
            more = {"needs": (*one.needs, key), "members": (*one.members, key)}
            steps += [step(key, before, parent="p"), one.model_copy(update=more)]
        else:
            steps.append(one)
    return plan.model_copy(update={"steps": tuple(steps)})


@pytest.fixture(params=["memory", "file"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    return MemoryLedger() if request.param == "memory" else SqliteLedger(tmp_path / "beads.db")


@pytest.fixture
def molecule(ledger: Ledger) -> Molecule:
    return pour(ledger, PLAN)


def standing(ledger: Ledger) -> Molecule:
    found = find_molecule(ledger, "hq-cv-1")
    assert found is not None
    return found


def test_a_poured_plan_is_read_back_with_all_it_may_grow_from(ledger: Ledger, molecule: Molecule):
    assert standing(ledger) == molecule
    assert standing(ledger).plan == PLAN


def test_joins_and_gates_are_beads_that_tell_what_they_are(ledger: Ledger, molecule: Molecule):
    join, gate, early = (ledger.show(molecule.beads[key]) for key in ("p", "ask", "early"))

    assert (join.issue_type, join.metadata["kind"], join.metadata["role"]) == ("epic", "join", "")
    assert (gate.issue_type, gate.metadata["kind"], gate.needs) == ("gate", "gate", (join.id,))
    assert early.metadata["any_of"] == "p"
    assert ledger.show(molecule.beads["p.iter1.work"]).metadata["parent"] == "p"
    assert {join.parent, gate.parent} == {molecule.id}


def test_a_grown_plan_is_on_record_with_a_bead_and_edges_for_each_new_step(
    ledger: Ledger, molecule: Molecule
):
    grown = grow(ledger, molecule, after(PLAN, 2))

    assert standing(ledger) == grown
    assert standing(ledger).plan == after(PLAN, 2)
    assert {*molecule.beads.items()} < {*grown.beads.items()}
    new, join = ledger.show(grown.beads["p.iter2.work"]), ledger.show(grown.beads["p"])
    assert (new.parent, new.needs) == (molecule.id, (molecule.beads["p.iter1.work"],))
    assert join.needs == (molecule.beads["p.iter1.work"], new.id)
    assert all(one.type == BLOCKS for one in join.dependencies if one.depends_on_id == new.id)


def test_what_is_not_claimable_before_its_round_is_so_after(ledger: Ledger, molecule: Molecule):
    grown = grow(ledger, molecule, after(PLAN, 2))

    open_ids = {bead.id for bead in ledger.ready(parent=molecule.id)}

    assert open_ids == {grown.beads["p.iter1.work"], grown.beads["early"]}


class Died(BaseException):
    """The process is gone."""


class Mortal(MemoryLedger):
    """A ledger whose process dies at the n-th change."""

    left = 1000

    def _spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Died

    def update(self, *args: Any, **kwargs: Any) -> Any:
        self._spend()
        return super().update(*args, **kwargs)

    def create_many(self, *args: Any, **kwargs: Any) -> Any:
        self._spend()
        return super().create_many(*args, **kwargs)

    def put(self, *args: Any, **kwargs: Any) -> Any:
        self._spend()
        return super().put(*args, **kwargs)


@pytest.mark.parametrize("changes", [0, 1, 2])
def test_a_growth_that_a_crash_cut_is_finished_by_the_next_run(changes: int):
    """Before the plan, the beads or the edges: nothing is lost, and nothing is there twice."""
    ledger = Mortal()
    molecule = pour(ledger, PLAN)
    ledger.left = changes
    with pytest.raises(Died):
        grow(ledger, molecule, after(PLAN, 2))
    ledger.left = 1000

    again = mended(ledger, standing(ledger))
    grown = grow(ledger, again, after(PLAN, 2))

    keys = [str(child.metadata["key"]) for child in ledger.children(molecule.id)]
    assert sorted(keys) == sorted(grown.beads) == sorted(after(PLAN, 2).by_key)
    assert ledger.show(grown.beads["p"]).needs == (
        grown.beads["p.iter1.work"],
        grown.beads["p.iter2.work"],
    )


def test_readers_pass_over_a_step_that_grew_but_has_no_bead_yet():
    ledger = Mortal()
    molecule = poured_over_a_convoy(ledger)
    ledger.left = 1
    with pytest.raises(Died):
        grow(ledger, molecule, after(molecule.plan, 2))
    ledger.left = 1000

    rows = [row.key for row in board(ledger, molecule.plan.convoy).stages]

    assert rows == ["p.iter1.work", "ask", "early"]
    assert "p.iter2.work" not in marks(ledger, molecule)


def poured_over_a_convoy(ledger: Ledger) -> Molecule:
    bead = ledger.create(Draft(title="Grade", prefix="sk"))
    convoy = create_convoy(ledger, CONFIG, "Scores", [bead.id])
    return pour(ledger, PLAN.model_copy(update={"convoy": convoy.id}))


def test_growing_twice_is_growing_once(ledger: Ledger, molecule: Molecule):
    grown = grow(ledger, molecule, after(PLAN, 2))
    before = [event.seq for event in ledger.events()]

    assert grow(ledger, grown, after(PLAN, 2)) == grown
    assert [event.seq for event in ledger.events()] == before


def test_what_a_wisp_grows_is_never_written_to_git_either(ledger: Ledger):
    grown = grow(ledger, pour(ledger, PLAN, ephemeral=True), after(PLAN, 2))

    assert ledger.show(grown.beads["p.iter2.work"]).ephemeral


def test_a_join_is_closed_once_and_gives_what_was_recorded(ledger: Ledger, molecule: Molecule):
    finish(ledger, molecule, "p.iter1.work")
    first = record_join(ledger, molecule.beads["p"], StageResult(summary="1 steps done"))

    again = record_join(ledger, molecule.beads["p"], StageResult(summary="another"))

    assert again == first == recorded(ledger.show(molecule.beads["p"]))
    assert marks(ledger, molecule)["p"] == Mark(closed=True)


def finish(ledger: Ledger, molecule: Molecule, key: str) -> None:
    evidence = StageResult(summary="done").model_dump(mode="json")
    ledger.close(molecule.beads[key], "done", evidence=evidence)


def test_what_keeps_a_loop_from_closing_is_on_the_board(ledger: Ledger):
    molecule = poured_over_a_convoy(ledger)
    convoy = molecule.plan.convoy
    assert [row.key for row in board(ledger, convoy).stages] == ["p.iter1.work", "ask", "early"]

    record_join_failure(ledger, molecule.beads["p"], "it never holds")

    row = board(ledger, convoy).stages[1]
    assert (row.key, row.state, row.summary) == ("p", "failed", "it never holds")
    assert marks(ledger, molecule)["p"] == Mark()


def test_gates_are_open_when_their_beads_are_closed_with_or_without_an_answer(
    ledger: Ledger, molecule: Molecule
):
    assert opened_gates(ledger, molecule, ["ask"]) == {}
    ledger.close(molecule.beads["ask"], "go on")

    assert opened_gates(ledger, molecule, ["ask"]) == {"ask": StageResult(summary="go on")}
    ledger.close(molecule.beads["early"], "by hand")
    assert recorded(ledger.show(molecule.beads["early"])).summary == "by hand"


def test_a_molecule_that_was_poured_before_there_were_joins_is_still_read(ledger: Ledger):
    old = Plan(formula="f", digest="d", convoy="hq-cv-2", steps=(step("a"), step("b", "a")))
    molecule = pour(ledger, old)
    lines = old.model_dump(mode="json", include={"formula", "digest", "convoy", "vars", "steps"})
    written = {
        "key", "step", "title", "description", "notes", "acceptance", "type", "priority", "labels",
        "assignee", "metadata", "role", "needs", "rig", "bead", "assembly", "item",
    }  # fmt: skip
    lines["steps"] = [{key: one[key] for key in written} for one in lines["steps"]]
    ledger.update(molecule.id, {"metadata": {"plan": lines}})

    found = find_molecule(ledger, "hq-cv-2")

    assert found == molecule
    assert mended(ledger, molecule) == molecule
