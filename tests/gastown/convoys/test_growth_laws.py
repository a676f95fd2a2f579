"""Growth and its record, as laws: whatever a formula grows and wherever its run dies."""

import random
from collections import Counter
from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.beads.bead import CLOSED
from gastown.beads.ledger import Ledger
from gastown.beads.memory import MemoryLedger
from gastown.convoys.course import Course
from gastown.convoys.joins import Record, grows, joined
from gastown.convoys.molecule import (
    Molecule,
    find_molecule,
    grow,
    marks,
    mended,
    pour,
    record_join,
    recorded,
)
from gastown.errors import StageFailedError
from gastown.formula.cook import cook
from gastown.formula.growth import grown
from gastown.formula.library import Frozen
from gastown.formula.outcome import Outcomes
from gastown.formula.parse import parse_formula
from gastown.formula.plan import Plan, PlannedStep, Scope
from gastown.stage import StageResult

INNER = """
formula = "inner"
[[steps]]
id = "look"
[[steps]]
id = "again"
needs = ["look"]
[steps.loop]
until = "output.ok == true"
max = 2
[[steps.loop.body]]
id = "turn"
"""
OUTER = """
formula = "outer"
[[steps]]
id = "survey"
on_complete = { for_each = "output.items", bond = "inner", WAY }
[[steps]]
id = "early"
needs = ["survey"]
waits_for = "any-children"
[[steps]]
id = "polish"
needs = ["survey"]
waits_for = "all-children"
[steps.loop]
until = "check.output.ok == true"
max = 3
[[steps.loop.body]]
id = "spread"
on_complete = { for_each = "output.items", bond = "inner", parallel = true }
[[steps.loop.body]]
id = "check"
needs = ["spread"]
waits_for = "all-children"
[[steps]]
id = "last"
needs = ["polish", "early"]
"""


def outer(*, sequential: bool) -> Plan:
    inner = parse_formula(INNER, "inner.formula.toml")
    way = "sequential = true" if sequential else "parallel = true"
    formula = parse_formula(OUTER.replace("WAY", way), "outer.formula.toml")
    scope = Scope(convoy="hq-cv-1", role="polecat")
    return cook(formula, scope, {}, Frozen({"inner": inner}))


class Life:
    """One process's run of a molecule, without the engine; it may end at any change."""

    def __init__(self, ledger: Ledger, chance: random.Random) -> None:
        standing = find_molecule(ledger, "hq-cv-1")
        assert standing is not None
        self.ledger, self.chance = ledger, chance
        self.molecule: Molecule = mended(ledger, standing)
        record = marks(ledger, self.molecule)
        self.results = {
            key: recorded(ledger.show(self.molecule.beads[key]))
            for key, mark in record.items()
            if mark.closed
        }
        self.course = Course(self.molecule.plan, record)

    def live(self, deaths: float) -> Iterator[str]:
        """Do what can be done; the keys of work that is begun. Ends by death or for good."""
        while ready := self.course.ready():
            step = self.chance.choice(ready)
            if self.chance.random() < deaths:
                return
            if step.kind == "work":
                yield step.key
                self._work(step)
            elif not self._grew(step, deaths):
                self._join(step)

    def _grew(self, step: PlannedStep, deaths: float) -> bool:
        plan = self.course.plan
        known = Outcomes(Record(self.course, self.results))
        later = grown(plan, known, step.key) if grows(plan, step) else plan
        if later is plan:
            return False
        if self.chance.random() < deaths:  # the plan is on record, its beads are not
            lines = later.model_dump(mode="json", by_alias=True)
            self.ledger.update(self.molecule.id, {"metadata": {"plan": lines}})
            self.course = Course(Plan(formula="f", digest="d"), {})
            return True
        self.molecule = grow(self.ledger, self.molecule, later)
        self.course.grow(later)
        return True

    def _join(self, step: PlannedStep) -> None:
        self.course.start(step.key)
        known = Outcomes(Record(self.course, self.results))
        try:
            result = joined(self.course.plan, step, known)
        except StageFailedError as error:
            self.course.fail(step.key, str(error))
            return
        self._close(step.key, record_join(self.ledger, self.molecule.beads[step.key], result))

    def _work(self, step: PlannedStep) -> None:
        self.course.start(step.key)
        items = list(range(self.chance.randint(0, 3)))
        output = {"items": items, "ok": self.chance.random() < 0.5}
        result = StageResult(summary="did it", evidence={"output": output})
        evidence = result.model_dump(mode="json")
        self.ledger.close(self.molecule.beads[step.key], result.summary, evidence=evidence)
        self._close(step.key, result)

    def _close(self, key: str, result: StageResult) -> None:
        self.results[key] = result
        self.course.close(key)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_nothing_is_lost_or_done_twice_wherever_runs_die(seed: int, sequential: bool):
    """No step begins before its needs, none twice; the last run ends all, or fails a loop."""
    chance, ledger = random.Random(seed), MemoryLedger()
    pour(ledger, outer(sequential=sequential))
    begun = Counter[str]()
    for deaths in (0.1, 0.1, 0.1, 0.0):
        life = Life(ledger, chance)
        for key in life.live(deaths):
            begun[key] += 1
            beads = life.molecule.beads
            for need in life.course.plan.by_key[key].needs:
                assert ledger.show(beads[need]).status == CLOSED
            assert beads[key] in {bead.id for bead in ledger.ready(parent=life.molecule.id)}
    course, beads = life.course, ledger.children(life.molecule.id)
    assert max(begun.values()) == 1
    assert {str(bead.metadata["key"]) for bead in beads} == course.plan.by_key.keys()
    assert len(beads) == len(course.plan.steps)
    assert course.landed or all("rounds" in error for error in course.errors.values())
    for step in course.plan.steps:
        if step.loop:
            turns = {
                one.split(".")[0]
                for one in (m.removeprefix(f"{step.key}.iter") for m in step.members)
            }
            assert len(turns) <= step.loop.max
