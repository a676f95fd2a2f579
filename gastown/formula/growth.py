"""Growth: a plan with all that recorded outcomes make grow from it. Pure.

The same plan and the same record give the same growth, and growing what has grown gives it back:
a crash between a step's record and the growth that follows from it loses nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from gastown.errors import FormulaError
from gastown.formula.cook import cook
from gastown.formula.cooking.counter import counted
from gastown.formula.cooking.loops import round_prefix
from gastown.formula.item_texts import item_texts
from gastown.formula.items import items_of
from gastown.formula.library import Frozen
from gastown.formula.names import used_in
from gastown.formula.outcome import Outcomes, until_holds
from gastown.formula.plan import Plan, PlannedLoop, PlannedStep, Scope
from gastown.formula.poured import bonded

Grown = tuple[PlannedStep, ...]
"""New steps in an order that needs allow, and last the join that they are members of."""


def grown(plan: Plan, outcomes: Outcomes, join: str = "") -> Plan:
    """The plan with every round and every fan-out that the record calls for.

    The very same plan where nothing grows. New steps stand before the join that they grow from,
    which needs them; nothing else changes.

    Args:
        plan: As cooked, or grown before.
        outcomes: What is on record; a join that is on record as closed grows no more.
        join: Key of the one join that may fail; of others what can't grow is passed over.

    Raises:
        FormulaError: What is to grow can't: a condition that can't be told, an output without
            the list, an item of which a formula's variable can't be. Only if nothing else grows.
    """
    made, problems = _all(plan, outcomes, join)
    if problems and not made:
        raise FormulaError(problems)
    while made:
        plan = _with(plan, made)
        made, _ = _all(plan, outcomes, join)
    return plan


def _all(plan: Plan, outcomes: Outcomes, only: str) -> tuple[dict[str, Grown], list[str]]:
    """What grows at once from each join, and why something doesn't."""
    made: dict[str, Grown] = {}
    problems: list[str] = []
    for join, grow in _growing(plan, outcomes):
        try:
            if new := grow():
                made[join] = new
        except (FormulaError, ValueError) as error:
            if only in {"", join}:
                problems.append(f"{join}: {error}")
    return made, problems


def _growing(plan: Plan, outcomes: Outcomes) -> Iterator[tuple[str, Callable[[], Grown]]]:
    """The joins that may grow now, each with what makes it."""
    for step in plan.steps:
        if step.loop and outcomes.of(step.key).status != "closed":
            yield step.key, partial(_next_round, plan, step, outcomes)
        elif step.fan_out and _calls(plan, step, outcomes):
            output = outcomes.of(step.key).output
            yield step.fan_out.join, partial(fanned, plan, step.key, output)


def _calls(plan: Plan, source: PlannedStep, outcomes: Outcomes) -> bool:
    """Whether a step is done, and its output not fanned out yet."""
    join = source.fan_out.join if source.fan_out else ""
    done = outcomes.of(source.key).status == "closed"
    return done and outcomes.of(join).status != "closed" and not plan.by_key[join].members


def _with(plan: Plan, made: Mapping[str, Grown]) -> Plan:
    steps: list[PlannedStep] = []
    for step in plan.steps:
        steps += made.get(step.key, (step,))
    return plan.model_copy(update={"steps": tuple(steps)})


def _next_round(plan: Plan, join: PlannedStep, outcomes: Outcomes) -> Grown:
    """One more round, if the last is done and its condition does not hold, or it had begun."""
    loop, last = join.loop, rounds(join)
    if loop is None or last >= loop.max:
        return ()
    prefix = round_prefix(join.key, last + 1)
    if any(outcomes.of(prefix + step.key).status != "open" for step in loop.body):
        return iterate(plan, join.key)
    done = all(outcomes.of(key).status == "closed" for key in join.members)
    return iterate(plan, join.key) if done and not until_holds(plan, join, outcomes) else ()


def rounds(join: PlannedStep) -> int:
    """How many rounds of a loop are in the plan."""
    start = f"{join.key}.iter"
    tails = (key[len(start) :].partition(".")[0] for key in join.members if key.startswith(start))
    return max((int(tail) for tail in tails if tail.isdecimal()), default=1)


def iterate(plan: Plan, loop: str) -> Grown:
    """The next round of an until loop, and the loop's join as it then is.

    The first steps of the round need the last of the round before.
    """
    join = plan.by_key[loop]
    if join.loop is None:
        raise ValueError(f"{loop} is no until loop")
    number = rounds(join) + 1
    lasts = join.needs if number == 2 else _lasts(plan, join, number - 1)  # noqa: PLR2004 - after one round
    round_ = _placed(_counted(join.loop, number), round_prefix(loop, number), loop, lasts)
    return (*round_, _greater(join, round_))


def _counted(loop: PlannedLoop, number: int) -> Iterator[PlannedStep]:
    return (counted(step, loop.var, number) for step in loop.body)


def _lasts(plan: Plan, join: PlannedStep, number: int) -> tuple[str, ...]:
    prefix = round_prefix(join.key, number)
    members = [key for key in join.members if key.startswith(prefix)]
    needed = {need for key in members for need in plan.by_key[key].needs}
    return tuple(key for key in members if key not in needed)


def _placed(
    steps: Iterator[PlannedStep] | Sequence[PlannedStep],
    prefix: str,
    parent: str,
    needs: Sequence[str],
) -> Grown:
    """Steps with keys of their own put into a plan: under a prefix, in a join, behind others."""
    return tuple(_put(step, prefix, parent, needs) for step in steps)


def _put(step: PlannedStep, prefix: str, parent: str, needs: Sequence[str]) -> PlannedStep:
    fan_out = step.fan_out
    if fan_out:
        fan_out = fan_out.model_copy(update={"join": prefix + fan_out.join})
    return step.model_copy(
        update={
            "key": prefix + step.key,
            "step": prefix + step.step,
            "title": prefix + step.key if step.title == step.key else step.title,
            "needs": tuple(prefix + need for need in step.needs) or tuple(needs),
            "parent": prefix + step.parent if step.parent else parent,
            "members": tuple(prefix + member for member in step.members),
            "any_of": prefix + step.any_of if step.any_of else None,
            "fan_out": fan_out,
        }
    )


def _greater(join: PlannedStep, more: Sequence[PlannedStep]) -> PlannedStep:
    """The join with new members; it needs those that no other of the new steps needs."""
    needed = {need for step in more for need in step.needs}
    members = [step.key for step in more if step.parent == join.key]
    lasts = (key for key in members if key not in needed)
    return join.model_copy(
        update={"needs": (*join.needs, *lasts), "members": (*join.members, *members)}
    )


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
    return (*made, _greater(join, made)) if made else ()


def _instance(
    plan: Plan, source: PlannedStep, number: int, item: object, needs: Sequence[str]
) -> Grown:
    """The steps that one item gets, and their join."""
    key = f"{source.key}.{number}"
    poured = _poured(plan, source, number, item)
    steps = _placed(poured.steps, f"{key}.", key, needs)
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
    return (*(_bound(step, bound) for step in steps), _greater(join, steps))


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
