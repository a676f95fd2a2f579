"""No edge that a file promises is missing from its plan, whatever it is built from.

What is promised is worked out here from the file alone, without a pass of the cook.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.convoys.course import check_growth
from gastown.formula.cook import cook
from gastown.formula.growth import grown
from gastown.formula.library import Frozen
from gastown.formula.model import Formula
from gastown.formula.outcome import Outcome, Outcomes
from gastown.formula.plan import Plan, Scope
from gastown.formula.step import Gate, Loop, OnComplete, Step
from gastown.formula.var import Var
from tests.gastown.formula.given import a_formula, closure

BOND = a_formula(Step(id="do"), Step(id="then", needs=("do",))).model_copy(update={"name": "g"})
LIBRARY = Frozen({"g": BOND})
DEEP = 2


@dataclass
class Maker:
    """Draws steps of every kind; each may need those that were drawn before it."""

    draw: st.DrawFn
    untils: bool
    count: int = 0
    fanned: set[str] = field(default_factory=set[str])

    def steps(self, seen: Sequence[str], depth: int = 0) -> tuple[Step, ...]:
        made: list[Step] = []
        names = list(seen)
        for _ in range(self.draw(st.integers(1, 3 if depth else 5))):
            step = self.step(names, depth)
            made.append(step)
            names += _names([step])
        return tuple(made)

    def step(self, names: Sequence[str], depth: int) -> Step:
        self.count += 1
        some = st.lists(st.sampled_from(names), unique=True, max_size=2) if names else st.just([])
        kind = (
            self.draw(st.sampled_from(["leaf", "leaf", "family", "loop"])) if depth < DEEP else ""
        )
        step = Step(
            id=f"s{self.count}",
            needs=tuple(self.draw(some)),
            depends_on=tuple(self.draw(some)),
            condition=self.draw(st.sampled_from(["", "", "", "{{on}}", "!{{on}}"])),
            gate=self.draw(st.sampled_from([None, None, None, Gate()])),
        )
        return step.model_copy(update=self.kind(step.id, kind, names, depth))

    def kind(self, name: str, kind: str, names: Sequence[str], depth: int) -> dict[str, object]:
        if kind == "family":
            return {"children": self.steps(names, depth + 1)}
        if kind == "loop":
            body = self.steps(names, depth + 1)
            if self.untils and self.draw(st.booleans()):
                return {"loop": Loop(until="step.output.ok == true", max=3, body=body)}
            return {"loop": Loop(count=self.draw(st.integers(1, 3)), body=body)}
        target = self.draw(st.sampled_from([*names, ""]))
        waits: dict[str, object] = {"waits_for": f"children-of({target})" if target else ""}
        if self.draw(st.integers(0, 4)) == 0:
            self.fanned.add(name)
            return waits | {"on_complete": OnComplete(for_each="output.items", bond="g")}
        return waits


def _names(steps: Sequence[Step]) -> Iterator[str]:
    """The ids that a later step beside these may name."""
    for step in steps:
        yield step.id
        yield from _names(step.children)


@st.composite
def woven(draw: st.DrawFn, *, untils: bool = False) -> Formula:
    """Acyclic workflows of families, loops, gates, waits, fan-outs and conditions."""
    maker = Maker(draw, untils)
    return a_formula(*maker.steps(()), on=Var(default="yes"))


@dataclass(frozen=True)
class Seen:
    """A step as another sees it: where its keys begin, and what stands around it."""

    step: Step
    prefix: str
    around: tuple[Step, ...]


def alive(step: Step) -> bool:
    return step.condition in {"", "{{on}}"}


def keys(step: Step, prefix: str) -> set[str]:
    """All that stands for a step in the plan."""
    if not alive(step):
        return set()
    found = {prefix + step.id}
    found |= {f"{prefix}{step.id}.gate-human"} if step.gate else set()
    for child in step.children:
        found |= keys(child, prefix)
    for start in starts(step, prefix):
        found |= {key for one in body(step) for key in keys(one, start)}
    return found


def body(step: Step) -> tuple[Step, ...]:
    return step.loop.body if step.loop else ()


def starts(step: Step, prefix: str) -> list[str]:
    """What the keys of each round of a loop begin with, as far as it is planned."""
    if not step.loop:
        return []
    times = step.loop.count if isinstance(step.loop.count, int) else 1
    return [f"{prefix}{step.id}.iter{number}." for number in range(1, times + 1)]


def meant(name: str, seen: dict[str, Seen]) -> set[str]:
    """All keys that someone waits for who needs a step; through those that drop out."""
    one = seen[name]
    gone = [step for step in (*one.around, one.step) if not alive(step)]
    if not gone:
        return keys(one.step, one.prefix)
    found: set[str] = set()
    for step in (*one.around, *everyone([one.step])):
        for need in edges(step):
            if need in seen and need not in {inner.id for inner in everyone([one.step])}:
                found |= meant(need, seen)
                found |= fan_out(need, seen) if step.waits_for == f"children-of({need})" else set()
    return found


def fan_out(name: str, seen: dict[str, Seen]) -> set[str]:
    """The join of a step that fans out, for who waits for its children."""
    one = seen[name]
    if not one.step.on_complete or not all(map(alive, (*one.around, one.step))):
        return set()
    return {f"{one.prefix}{name}.fanout"}


def everyone(steps: Sequence[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from everyone(step.children)
        yield from everyone(body(step))


def edges(step: Step) -> tuple[str, ...]:
    waits = step.waits_for.removeprefix("children-of(").removesuffix(")")
    return (*step.edges, *([waits] if waits else []))


Promise = tuple[set[str], set[str]]


def promises(
    steps: Sequence[Step], prefix: str, around: tuple[Step, ...], outer: dict[str, Seen]
) -> Iterator[Promise]:
    """Pairs of keys: each of the first stands after all of the second."""
    seen = {**outer, **room(steps, prefix, around)}
    for step in steps:
        if not alive(step):
            continue
        mine = keys(step, prefix)
        for need in step.edges:
            yield mine, meant(need, seen)
        if step.waits_for:
            target = edges(step)[-1]
            yield mine, meant(target, seen) | fan_out(target, seen)
        if step.gate:
            gate = f"{prefix}{step.id}.gate-human"
            yield mine - {gate}, {gate}
        yield from promises(step.children, prefix, (*around, step), seen)
        yield from rounds(step, prefix, seen)


def rounds(step: Step, prefix: str, seen: dict[str, Seen]) -> Iterator[Promise]:
    before: set[str] = set()
    for start in starts(step, prefix):
        now = {key for one in body(step) for key in keys(one, start)}
        yield now, before
        yield {prefix + step.id}, now
        yield from promises(body(step), start, (), seen)
        before |= now


def room(steps: Sequence[Step], prefix: str, around: tuple[Step, ...]) -> dict[str, Seen]:
    found: dict[str, Seen] = {}
    for step in steps:
        found[step.id] = Seen(step, prefix, around)
        found |= room(step.children, prefix, (*around, step))
    return found


def whole(plan: Plan) -> None:
    """What holds of every plan, grown or not."""
    place = {step.key: number for number, step in enumerate(plan.steps)}
    assert len(place) == len(plan.steps)
    for step in plan.steps:
        assert all(place[need] < place[step.key] for need in step.needs)
        assert step.any_of is None or step.any_of in place
        assert step.parent is None or step.key in plan.by_key[step.parent].members
        assert all(plan.by_key[member].parent == step.key for member in step.members)
    before = closure(plan)
    for step in plan.steps:
        assert set(step.members) <= before[step.key]


@settings(max_examples=200, deadline=None)
@given(woven())
def test_what_a_file_promises_the_plan_keeps(formula: Formula):
    plan = cook(formula, Scope(), {}, LIBRARY)
    before = closure(plan)

    whole(plan)
    for late, early in promises(formula.steps, "", (), {}):
        for key in late:
            assert early <= before[key], (key, early - before[key])


@settings(max_examples=60, deadline=None)
@given(woven(untils=True))
def test_cooking_is_deterministic_and_survives_json(formula: Formula):
    plan = cook(formula, Scope(), {}, LIBRARY)

    assert cook(Formula.model_validate(formula.model_dump()), Scope(), {}, LIBRARY) == plan
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


@settings(max_examples=60, deadline=None)
@given(woven(untils=True), st.integers())
def test_a_plan_that_grows_stays_whole_and_comes_to_an_end(formula: Formula, seed: int):
    """Steps close in any order; what grew grows no second time, and only joins change."""
    chance = random.Random(seed)
    plan = cook(formula, Scope(), {}, LIBRARY)
    record: dict[str, Outcome] = {}
    while ready := [
        step
        for step in plan.steps
        if step.key not in record and all(need in record for need in step.needs)
    ]:
        step = chance.choice(ready)
        more = grown(plan, Outcomes(record))
        assert grown(more, Outcomes(record)) is more
        check_growth(plan, more)
        if more is not plan:
            plan = more
            whole(plan)
            continue
        output = {"ok": chance.random() < 1 / 2, "items": list(range(chance.randrange(3)))}
        record[step.key] = Outcome("closed", output)

    assert {step.key for step in plan.steps} == set(record)
