"""Fanning: what the items of a step's output get, each a formula cooked for it."""

from collections.abc import Mapping, Sequence
from typing import Any

from gastown.formula.cook import cook
from gastown.formula.item_texts import item_texts
from gastown.formula.items import items_of
from gastown.formula.library import Frozen
from gastown.formula.members import Grown, greater, put_in
from gastown.formula.names import used_in
from gastown.formula.plan import Plan, PlannedStep, Scope
from gastown.formula.poured import bonded


def fanned(plan: Plan, step: str, output: Mapping[str, Any]) -> Grown:
    """What a step's output is fanned out to, and the fan-out's join as it then is.

    Item `i` gets the steps `<step>.<i>.<key>` and a join `<step>.<i>`; no item, nothing new.

    Raises:
        FormulaError: An item can't be poured.
        ValueError: The output has no such list.
    """
    source = plan.by_key[step]
    if source.fan_out is None:
        raise ValueError(f"{step} is fanned out to nothing")
    join = plan.by_key[source.fan_out.join]
    made: list[PlannedStep] = []
    needs = join.needs
    for number, item in enumerate(items_of(source.fan_out, output)):
        instance = _instance(plan, source, number, item, needs)
        made += instance
        if source.fan_out.sequential:
            needs = (*join.needs, instance[-1].key)
    return (*made, greater(join, made)) if made else ()


def _instance(
    plan: Plan, source: PlannedStep, number: int, item: object, needs: Sequence[str]
) -> Grown:
    """The steps that one item gets, and their join."""
    key = f"{source.key}.{number}"
    poured = _poured(plan, source, number, item)
    steps = put_in(poured.steps, f"{key}.", key, needs)
    join = PlannedStep(
        key=key,
        step=f"{source.step}.{number}",
        title=f"{poured.formula} {number + 1} of {source.title}",
        kind="join",
        needs=tuple(needs) if not steps else (),
        parent=source.fan_out.join if source.fan_out else None,
        rig=source.rig,
        bead=source.bead,
        assembly=source.assembly,
    )
    bound = {"rig": source.rig, "bead": source.bead, "assembly": source.assembly}
    return (*(_bound(step, bound) for step in steps), greater(join, steps))


def _bound(step: PlannedStep, bound: Mapping[str, str | None]) -> PlannedStep:
    """The step on what its source works on, where it says nothing of its own."""
    if step.rig not in {None, bound["rig"]}:
        return step
    update = {name: value for name, value in bound.items() if value and not getattr(step, name)}
    return step.model_copy(update=update) if update else step


def _poured(plan: Plan, source: PlannedStep, number: int, item: object) -> Plan:
    rule = source.fan_out
    if rule is None:
        raise ValueError(f"{source.key} is fanned out to nothing")
    library = Frozen(plan.library)
    formula = bonded(rule.bond, plan.library)
    scope = narrowed(plan.scope, source)
    known = {"rig": source.rig, "bead": source.bead, "assembly": source.assembly}
    asked = {*formula.vars, *used_in(formula)}
    values = {name: value for name, value in known.items() if value and name in asked}
    values |= item_texts(rule.vars, item, number)
    return cook(library.load(rule.bond), scope, values, library)


def narrowed(scope: Scope, step: PlannedStep) -> Scope:
    """The part of a scope that a step works on: its bead, or its rig with all that is on it."""
    if step.rig is None:
        return scope
    beads = [bead for bead in scope.beads if bead.rig == step.rig]
    if step.bead:
        beads = [bead for bead in beads if bead.id == step.bead]
    ids = {bead.id for bead in beads}
    own = (
        bead.model_copy(update={"needs": tuple(n for n in bead.needs if n in ids)})
        for bead in beads
    )
    return scope.model_copy(
        update={
            "rigs": (step.rig,),
            "beads": tuple(own),
            "assemblies": tuple(one for one in scope.assemblies if one.rig == step.rig),
        }
    )
