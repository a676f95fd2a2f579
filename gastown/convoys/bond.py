"""Bond: another formula's plan put onto a molecule that is under way. Pure."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from gastown.errors import FormulaError
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.stage import Frozen

Mode = Literal["sequential", "parallel", "conditional"]


class Bond(Frozen):
    """How a further plan is put onto one that is under way."""

    ref: str = Field(description="What its steps are called by: REF.STEP.")
    mode: Mode = Field(default="sequential", description="After all, beside all, or on condition.")
    after: str = Field(default="", description="Key of the step that it waits for, if not all.")
    at: str = Field(default="", description="A bond point of the plan's formula, instead.")
    condition: str = Field(default="", description="A run-time condition, if conditional.")


def bonded_plan(plan: Plan, other: Plan, bond: Bond) -> Plan:
    """The plan with the other's steps under keys `<ref>.…`, and a join `<ref>` behind them.

    Nothing of what is under way changes.

    Raises:
        FormulaError: The name is taken or no name, there is no such place, or nothing to bond.
    """
    ref, condition = bond.ref, bond.condition
    _check(plan, other, bond)
    first = _first(plan, bond)
    gate: list[PlannedStep] = []
    if bond.mode == "conditional":
        key = f"{ref}.gate-if"
        waits = PlannedGate(type="conditional", await_id=condition)
        title = f"if {condition}"
        gate = [PlannedStep(key=key, step=key, title=title, kind="gate", gate=waits, needs=first)]
        first = (key,)
    steps = [_placed(step, ref, first) for step in other.steps]
    needed = {need for step in steps for need in step.needs}
    lasts = tuple(step.key for step in steps if step.key not in needed)
    tops = tuple(step.key for step in steps if step.parent == ref)
    title = f"{other.formula} ({ref})"
    join = PlannedStep(key=ref, step=ref, title=title, kind="join", needs=lasts, members=tops)
    library = {**other.library, **plan.library}
    more = (*plan.steps, *gate, *steps, join)
    return plan.model_copy(update={"steps": more, "library": library})


def at_bond_point(plan: Plan, point: str) -> str:
    """The step after which a bond point of the plan's formula lies; empty: at the start.

    Raises FormulaError where there is no such point, or its step was left out.
    """
    points = {one.id: one for one in plan.bond_points}
    if point not in points:
        known = ", ".join(points) or "none"
        raise FormulaError(
            [f"--at {point!r}: {plan.formula} has no such bond point; it has: {known}"]
        )
    found = points[point]
    if found.after_step in plan.by_key:
        return found.after_step
    before = plan.by_key.get(found.before_step)
    if before is None:
        gone = found.after_step or found.before_step
        raise FormulaError([f"--at {point!r}: the step {gone!r} is not in this molecule"])
    return before.needs[0] if before.needs else ""


def _check(plan: Plan, other: Plan, bond: Bond) -> None:
    ref = bond.ref
    if not ref or any(char in ref for char in " []{}."):
        raise FormulaError([f"--ref {ref!r}: a name has no space, dot, bracket or brace"])
    if ref in plan.by_key or any(key.startswith(f"{ref}.") for key in plan.by_key):
        raise FormulaError([f"--ref {ref!r} is taken in this molecule; choose another"])
    if bond.after and bond.after not in plan.by_key:
        raise FormulaError([f"no step {bond.after!r}; steps: {', '.join(plan.by_key)}"])
    if (bond.mode == "conditional") != bool(bond.condition):
        raise FormulaError(["a conditional bond needs a condition, and only such a one: --if"])
    if not other.steps:
        raise FormulaError([f"{other.formula} has no steps"])
    if clash := sorted(
        name
        for name in plan.library
        if plan.library[name] != other.library.get(name, plan.library[name])
    ):
        raise FormulaError([f"{', '.join(clash)} changed since the molecule was poured"])


def _first(plan: Plan, bond: Bond) -> tuple[str, ...]:
    """What its first steps need."""
    place = at_bond_point(plan, bond.at) if bond.at else bond.after
    if place:
        return (place,)
    return _sinks(plan.steps) if bond.mode == "sequential" and not bond.at else ()


def _sinks(steps: Sequence[PlannedStep]) -> tuple[str, ...]:
    needed = {need for step in steps for need in step.needs}
    return tuple(step.key for step in steps if step.key not in needed)


def _placed(step: PlannedStep, ref: str, first: tuple[str, ...]) -> PlannedStep:
    def put(key: str) -> str:
        return f"{ref}.{key}"

    fan_out = step.fan_out
    if fan_out:
        fan_out = fan_out.model_copy(update={"join": put(fan_out.join)})
    return step.model_copy(
        update={
            "key": put(step.key),
            "step": put(step.step),
            "needs": tuple(map(put, step.needs)) or first,
            "parent": put(step.parent) if step.parent else ref,
            "members": tuple(map(put, step.members)),
            "any_of": put(step.any_of) if step.any_of else None,
            "fan_out": fan_out,
        }
    )
