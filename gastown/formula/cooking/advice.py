"""Advice: steps put before and after those that a glob and pointcuts meet.

What comes before inherits what the step needed; what needed the step needs the last that comes
after it. Where a step is fanned out (`each`), so is its advice, unless that says it itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from gastown.formula.compose import Advice, AdviceStep, Compose, Pointcut
from gastown.formula.condition import holds
from gastown.formula.cooking.around import around, enclosed, stand_in
from gastown.formula.cooking.expansion import enclosable
from gastown.formula.cooking.kitchen import Kitchen, overlaid
from gastown.formula.cooking.macros import met
from gastown.formula.cooking.places import standing
from gastown.formula.cooking.splice import Region, Steps, everything, spliced
from gastown.formula.cooking.texts import retexted
from gastown.formula.cooking.verify import verify
from gastown.formula.model import Formula
from gastown.formula.names import fill, used
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
        advice = _told(aspect, values, where, kitchen)
        steps = _around(steps, Rules(advice, aspect.pointcuts, f"{where}: {name}: "), kitchen)
    return steps


def hung(
    steps: Steps,
    names: Collection[str],
    aspect: Formula,
    values: Mapping[str, str],
    where: str,
    kitchen: Kitchen,
) -> Steps:
    """The steps with all advice of an aspect around those of these names, whatever it aims at.

    Raises FormulaError for anything that `aspected` refuses.
    """
    advice = _told(aspect, values, where, kitchen)

    def instead(step: Prepared, name: str) -> Region | None:
        return around(step, advice) if name in names and enclosable(step) else None

    return spliced(steps, instead)


def _told(aspect: Formula, values: Mapping[str, str], where: str, kitchen: Kitchen) -> list[Advice]:
    """An aspect's advice with the values of its own variables."""
    try:
        return [_filled(one, values, kitchen) for one in aspect.advice]
    except ValueError as error:
        raise kitchen.wrong(where, f"{aspect.name}: {error}") from error


def _filled(advice: Advice, values: Mapping[str, str], kitchen: Kitchen) -> Advice:
    """Advice with the values of its aspect's own variables, in texts and in conditions."""
    known = {**kitchen.values, **values}

    def judged(steps: Sequence[AdviceStep]) -> tuple[AdviceStep, ...]:
        own = [one for one in steps if not values.keys().isdisjoint(used(one.condition))]
        gone = [one for one in own if not holds(one.condition, known)]
        left = (one.model_copy(update={"condition": ""}) if one in own else one for one in steps)
        return tuple(one for one, old in zip(left, steps, strict=True) if old not in gone)

    around = {"before": judged(advice.around.before), "after": judged(advice.around.after)}
    update = {
        "before": judged(advice.before),
        "after": judged(advice.after),
        "around": advice.around.model_copy(update=around),
    }
    return retexted(advice.model_copy(update=update), lambda text: fill(text, values))


def _around(steps: Steps, rules: Rules, kitchen: Kitchen) -> Steps:
    if not rules.advice:
        return steps
    at: dict[str, str] = {}

    def told(name: str, region: Region) -> Region:
        for one in region.fresh:
            if at.setdefault(one.id, name) != name:
                message = f"{one.id!r} would be put at {at[one.id]} and at {name}"
                hint = "begin its id with {step.id}"
                raise kitchen.wrong(f"{rules.where}advice", f"{message}; {hint}")
        return region

    def instead(step: Prepared, name: str) -> Region | None:
        fitting = _fitting(step, name, rules, kitchen) if enclosable(step) else []
        return told(name, around(step, fitting)) if fitting else None

    made = spliced(steps, instead)
    for target in _replaced(rules, steps):
        part = standing(target, made)
        stand = stand_in(target, part)
        if fitting := _fitting(stand, target, rules, kitchen):
            made = enclosed(made, part, told(target, around(stand, fitting)))
    verify(made, steps, kitchen)
    return kitchen.prepare(made, Compose(), kitchen.values)


def _replaced(rules: Rules, steps: Steps) -> list[str]:
    """The targets that name a step which others stand in the place of."""
    named = dict.fromkeys(rule.target for rule in rules.advice)
    here = {one for name, step in everything(steps) for one in (name, step.id)}
    return [name for name in named if name and name not in here and standing(name, steps)]


def _fitting(step: Prepared, name: str, rules: Rules, kitchen: Kitchen) -> list[Advice]:
    return [
        rule
        for number, rule in enumerate(rules.advice)
        if _fits(rule, number, step, name, rules, kitchen)
    ]


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
