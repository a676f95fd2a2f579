"""Advice: steps put before and after those that a glob and pointcuts meet.

What comes before inherits what the step needed; what needed the step needs the last that comes
after it. Where a step is fanned out (`each`), so is its advice, unless that says it itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gastown.formula.compose import Advice, AdviceStep, Compose, Pointcut
from gastown.formula.cooking.expansion import Kitchen, overlaid, verify, written
from gastown.formula.cooking.macros import met
from gastown.formula.cooking.splice import Region, Steps, spliced
from gastown.formula.cooking.texts import about, place, retexted
from gastown.formula.cooking.tree import prepared, retold, with_edges, with_needs
from gastown.formula.model import Formula
from gastown.formula.names import fill
from gastown.formula.step import Prepared


@dataclass(frozen=True, slots=True)
class Rules:
    """The advice of one formula, with the pointcuts that it is kept to."""

    advice: Sequence[Advice]
    pointcuts: Sequence[Pointcut]
    where: str = ""


def advised(
    steps: Steps, advice: Sequence[Advice], pointcuts: Sequence[Pointcut], kitchen: Kitchen
) -> Steps:
    """The steps with what a formula's own advice puts around them.

    Every step that is there before the call is looked at, children and the bodies of loops too;
    what several rules put before a step comes in their order, and so after it.

    Raises:
        FormulaError: A glob is none, or two steps have the same id afterwards.
    """
    return _around(steps, Rules(advice, pointcuts), kitchen)


def aspected(steps: Steps, formula: Formula, kitchen: Kitchen) -> Steps:
    """The steps with what each aspect of compose.aspects puts around them, one after the other.

    A variable of an aspect that the formula has not holds its default.

    Raises:
        FormulaError: What is named is not there or no aspect; or anything that `advised` refuses.
    """
    for number, name in enumerate(formula.compose.aspects):
        where = f"compose.aspects[{number}]"
        aspect = kitchen.load(name, where)
        if aspect.type != "aspect":
            raise kitchen.wrong(where, f"{name} is of the type {aspect.type}, not an aspect")
        values = overlaid(aspect, {}, where, kitchen, hidden=formula.vars)
        advice = [retexted(one, lambda text, v=values: fill(text, v)) for one in aspect.advice]
        steps = _around(steps, Rules(advice, aspect.pointcuts, f"{where}: {name}: "), kitchen)
    return steps


def _around(steps: Steps, rules: Rules, kitchen: Kitchen) -> Steps:
    if not rules.advice:
        return steps

    at: dict[str, str] = {}

    def replace(step: Prepared, name: str) -> Region | None:
        if not written(step):
            return None
        fits = (_fits(rule, number, step, name, rules, kitchen) for number, rule in numbered)
        fitting = [rule for (_, rule), fit in zip(numbered, fits, strict=True) if fit]
        region = _region(step, fitting) if fitting else None
        for one in region.fresh if region else ():
            if at.setdefault(one.id, name) != name:
                message = f"{one.id!r} would be put at {at[one.id]} and at {name}"
                raise kitchen.wrong(
                    f"{rules.where}advice", f"{message}; begin its id with {{step.id}}"
                )
        return region

    numbered = list(enumerate(rules.advice))
    made = spliced(steps, replace)
    verify(made, steps, kitchen)
    return kitchen.prepare(made, Compose(), kitchen.values)


def _fits(rule: Advice, at: int, step: Prepared, name: str, rules: Rules, kitchen: Kitchen) -> bool:
    where = f"{rules.where}advice[{at}].target"
    if rule.target and not met(rule.target, step, name, where, kitchen):
        return False
    return not rules.pointcuts or any(
        _cuts(cut, step, name, f"{rules.where}pointcuts[{number}].glob", kitchen)
        for number, cut in enumerate(rules.pointcuts)
    )


def _cuts(cut: Pointcut, step: Prepared, name: str, where: str, kitchen: Kitchen) -> bool:
    """Whether all that a pointcut says fits a step."""
    if cut.type and cut.type != step.type:
        return False
    if cut.label and cut.label not in step.labels:
        return False
    return not cut.glob or met(cut.glob, step, name, where, kitchen)


def _region(step: Prepared, rules: Sequence[Advice]) -> Region | None:
    before = [_made(one, step) for rule in rules for one in (*rule.before, *rule.around.before)]
    after = [_made(one, step) for rule in rules for one in (*rule.after, *rule.around.after)]
    last = step.edges
    for number, one in enumerate(before):
        before[number] = with_edges(one, (*last, *one.edges))
        last = (one.id,)
    if before and step.waits_for and not before[0].waits_for:
        before[0] = retold(before[0], waits_for=step.waits_for)
    kept = with_needs(step, last) if before else step
    last = (step.id,)
    for number, one in enumerate(after):
        after[number] = with_edges(one, (*last, *one.edges))
        last = (one.id,)
    sinks = last if after else ()
    return Region(before=tuple(before), kept=kept, after=tuple(after), sinks=sinks)


def _made(advice: AdviceStep, step: Prepared) -> Prepared:
    """A step of advice as it stands around another."""
    known = about(step, "step")
    said = retexted(advice, lambda text: place(text, known))
    kept = {"args": said.args, "output": said.output}
    metadata = {**said.metadata, **{key: value for key, value in kept.items() if value}}
    update: dict[str, Any] = {"metadata": metadata}
    if "each" not in advice.model_fields_set and not (said.children or said.loop):
        update["each"] = step.each
    if not said.condition:
        update["condition"] = step.condition
    return retold(prepared([said])[0], origin=step.origin, **update)
