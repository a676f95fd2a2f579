"""Planned: nodes of the fan-out as steps of a plan, with all their texts filled in."""

from collections.abc import Iterator, Mapping, Sequence

from gastown.errors import FormulaError
from gastown.formula.checking.steps import answerable, gate_problems
from gastown.formula.cooking.counter import counted
from gastown.formula.cooking.loops import round_prefix
from gastown.formula.duration import seconds
from gastown.formula.fanout import Node
from gastown.formula.names import fill, fill_all
from gastown.formula.plan import PlannedFanOut, PlannedGate, PlannedLoop, PlannedStep, Scope
from gastown.formula.step import Gate, Loop

_OUTPUT = "output."


def planned(
    nodes: Sequence[Node], values: Mapping[str, str], scope: Scope
) -> tuple[PlannedStep, ...]:
    """The steps, in the order of the nodes. Raises FormulaError for gates that can't be meant."""
    steps = {node.key: _step(node, values, scope) for node in nodes}
    loops = [node.key for node in nodes if node.step.loop]
    if loops:
        place = {key: number for number, key in enumerate(steps)}
        for key in loops:
            order = sorted(_inside(steps, steps[key]), key=place.__getitem__)
            _put_loop(steps, steps[key], order)
    return tuple(steps.values())


def _step(node: Node, values: Mapping[str, str], scope: Scope) -> PlannedStep:
    step, bound = node.step, node.binding
    names = {**_of_run(scope, values), **bound.names()}
    works = step.kind == "work"
    return PlannedStep(
        key=node.key,
        step=step.id,
        title=fill(step.title, names).strip() or node.key,
        description=fill(step.description, names),
        notes=fill(step.notes, names),
        acceptance=fill(step.acceptance, names),
        design=fill(step.design, names),
        type=fill(step.type, names),
        priority=step.priority,
        labels=tuple(fill(label, names) for label in step.labels),
        assignee=fill(step.assignee, names),
        metadata=fill_all(step.metadata, names),
        role=fill(step.role, names) or (scope.role if works else ""),
        needs=tuple(node.needs),
        rig=bound.rig or scope.only_rig,
        bead=bound.bead.id if bound.bead else None,
        assembly=bound.assembly,
        item=bound.item,
        kind=step.kind,
        parent=node.parent,
        members=tuple(node.members),
        any_of=node.any_of,
        gate=_gate(step.gate, names, step.id) if step.gate else None,
        loop=_loop(step.loop, names) if step.loop else None,
        fan_out=_fan_out(node, names),
    )


def _of_run(scope: Scope, values: Mapping[str, str]) -> dict[str, str]:
    """The variables, and where one of these names has no value, the run's convoy and only rig."""
    known = {"convoy": scope.convoy, "rig": scope.only_rig}
    own = {name: text for name, text in known.items() if text and not values.get(name)}
    return {**values, **own}


def _gate(gate: Gate, names: Mapping[str, str], step: str) -> PlannedGate:
    said = {key: fill(getattr(gate, key), names).strip() for key in Gate.model_fields}
    filled = Gate(**said)
    if problems := list(gate_problems(filled)):
        raise FormulaError([_at(step, *key, said=text) for key, text in problems])
    filled = answerable(filled)
    try:
        timeout = seconds(filled.timeout) if filled.timeout else None
    except ValueError as error:  # a brace that nothing filled in
        raise FormulaError([_at(step, "gate", "timeout", said=str(error))]) from None
    await_id = filled.await_id or filled.id
    return PlannedGate(type=filled.type, await_id=await_id, timeout_s=timeout)


def _at(step: str, *path: str | int, said: str) -> str:
    return f"{'.'.join(map(str, ('steps', step, *path)))}: {said}"


def _fan_out(node: Node, names: Mapping[str, str]) -> PlannedFanOut | None:
    rule = node.step.on_complete
    if rule is None or not node.fan_out:
        return None
    return PlannedFanOut(
        for_each=fill(rule.for_each, names).removeprefix(_OUTPUT),
        bond=fill(rule.bond, names),
        vars={name: fill(value, names) for name, value in rule.vars.items()},
        sequential=rule.sequential,
        join=node.fan_out,
    )


def _loop(loop: Loop, names: Mapping[str, str]) -> PlannedLoop:
    until = fill(loop.until, names)
    return PlannedLoop(until=until, max=int(loop.max or 1), body=(), var=loop.var)


def _put_loop(steps: dict[str, PlannedStep], join: PlannedStep, order: Sequence[str]) -> None:
    """Let a join know the body of its loop, and the steps of the first round that they are it."""
    if join.loop is None:
        return
    inside = set(order)
    body = tuple(_relative(steps[key], round_prefix(join.key, 1), inside) for key in order)
    loop = join.loop.model_copy(update={"body": body}) if body else None
    steps[join.key] = join.model_copy(update={"loop": loop})
    for key in order:
        steps[key] = counted(steps[key], join.loop.var, 1)


def _inside(steps: Mapping[str, PlannedStep], join: PlannedStep) -> Iterator[str]:
    for key in join.members:
        yield key
        yield from _inside(steps, steps[key])


def _relative(step: PlannedStep, prefix: str, inside: set[str]) -> PlannedStep:
    """A step of a body as every round has it: what it needs outside is done by then."""

    def name(key: str | None) -> str | None:
        return key.removeprefix(prefix) if key in inside else None

    fan_out = step.fan_out
    if fan_out:
        fan_out = fan_out.model_copy(update={"join": name(fan_out.join)})
    return step.model_copy(
        update={
            "key": name(step.key),
            "step": step.step.removeprefix(prefix),
            "title": name(step.key) if step.title == step.key else step.title,
            "needs": tuple(filter(None, map(name, step.needs))),
            "parent": name(step.parent),
            "members": tuple(filter(None, map(name, step.members))),
            "any_of": name(step.any_of),
            "fan_out": fan_out,
        }
    )
