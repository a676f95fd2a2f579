"""Distill: a workflow made of what was done once, with names in place of what may differ."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from gastown.beads.bead import Bead
from gastown.formula.compose import Compose, ComposeGate
from gastown.formula.model import Formula
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.formula.step import Gate, Step
from gastown.formula.var import Var

_HUMAN, _CONDITIONAL = "human", "conditional"


def of_plan(name: str, plan: Plan, values: Mapping[str, str]) -> Formula:
    """A plan as it ran, without its joins: their needs are handed on.

    A gate is said at the steps that it holds back, where it would be made of again.

    Args:
        name: What the formula is called.
        plan: The plan; what it grew is in it as it grew.
        values: Variables by name, and the text that each stands for.
    """
    gates = _gates(plan)
    folded = {gate.key for some in gates.values() for gate in some}
    kept = [step for step in plan.steps if step.kind != "join" and step.key not in folded]
    ids = _ids([step.key for step in kept])
    steps = [
        _of_step(step, _through(step, plan, folded), gates.get(step.key, ()), ids, values)
        for step in kept
    ]
    rules = tuple(
        ComposeGate(before=ids[key], condition=_named(gate.gate.await_id, values))
        for key, some in gates.items()
        for gate in some
        if gate.gate and gate.gate.type == _CONDITIONAL
    )
    formula = _formula(name, f"Distilled from {plan.formula}.", steps, values)
    return formula.model_copy(update={"compose": Compose(gate=rules)}) if rules else formula


def of_beads(name: str, root: Bead, beads: Sequence[Bead], values: Mapping[str, str]) -> Formula:
    """An epic's children, or a convoy's beads, each as a step of the same text."""
    ids = _ids([bead.id for bead in beads])
    steps = [
        _step(
            id=ids[bead.id],
            title=_named(bead.title, values),
            description=_named(bead.description, values),
            acceptance=_named(bead.acceptance_criteria, values),
            notes=_named(bead.notes, values),
            type=bead.issue_type,
            priority=bead.priority,
            labels=bead.labels,
            needs=tuple(ids[need] for need in bead.needs if need in ids),
        )
        for bead in beads
    ]
    return _formula(name, _named(root.title, values), steps, values)


def _formula(name: str, said: str, steps: Sequence[Step], values: Mapping[str, str]) -> Formula:
    asked = {var: Var(default=value) for var, value in values.items()}
    return Formula(name=name, description=said, vars=asked, steps=tuple(steps))


def _gates(plan: Plan) -> dict[str, list[PlannedStep]]:
    """The gates that each step is held back by and that can be said at it, by the step's key.

    A person's gate is a step of its own. So is what is one too many: beside conditions, which a
    formula composes, a step has room for one gate.
    """
    found: dict[str, list[PlannedStep]] = {}
    for gate in plan.steps:
        if gate.gate is None or gate.gate.type == _HUMAN:
            continue
        behind = _behind(gate, plan)
        free = gate.gate.type == _CONDITIONAL or not any(map(found.get, behind))
        for key in behind if free else ():
            found.setdefault(key, []).append(gate)
    return found


def _behind(gate: PlannedStep, plan: Plan) -> list[str]:
    """The steps that need a gate, or a gate that needs it; what stands in a join is held itself."""
    found: dict[str, None] = {}
    waiting = list(plan.dependents[gate.key])
    while waiting:
        step = plan.by_key[waiting.pop(0)]
        if step.gate is not None and step.gate.type != _HUMAN:
            waiting += plan.dependents[step.key]
        elif step.kind != "join":
            found[step.key] = None
    return list(found)


def _of_step(
    step: PlannedStep,
    needs: Sequence[str],
    gates: Sequence[PlannedStep],
    ids: Mapping[str, str],
    values: Mapping[str, str],
) -> Step:
    own = step.gate if step.gate and step.gate.type != _HUMAN else None
    held = (one.gate for one in gates if one.gate and one.gate.type != _CONDITIONAL)
    gate = own or next(held, None)
    return _step(
        id=ids[step.key],
        title=_named(step.title, values),
        description=_named(step.description, values),
        acceptance=_named(step.acceptance, values),
        notes=_named(step.notes, values),
        type=step.type,
        priority=step.priority,
        labels=tuple(_named(label, values) for label in step.labels),
        metadata=_named_all(step.metadata, values),
        role=step.role if step.kind == "work" else "",
        gate=_gate(gate, values) if gate else None,
        interactive=step.kind == "gate" and own is None,
        needs=tuple(ids[need] for need in needs),
    )


def _gate(gate: PlannedGate, values: Mapping[str, str]) -> Gate:
    wait = f"{gate.timeout_s:g}s" if gate.timeout_s else ""
    said = {"type": gate.type, "await_id": _named(gate.await_id, values), "timeout": wait}
    return Gate(**{key: text for key, text in said.items() if text})


def _step(**fields: Any) -> Step:
    """A step that says what is not so anyway, so that its text is short."""
    defaults = Step.model_fields
    said = {key: value for key, value in fields.items() if value != defaults[key].default}
    return Step(**{key: value for key, value in said.items() if value not in ("", (), None, {})})


def _through(step: PlannedStep, plan: Plan, folded: Collection[str]) -> list[str]:
    """What a step waits for, where a join or a gate that is said is as good as what it needs."""
    found: dict[str, None] = {}
    waiting = list(reversed(step.needs))
    while waiting:
        need = plan.by_key[waiting.pop()]
        if need.kind == "join" or need.key in folded:
            waiting += reversed(need.needs)
        else:
            found[need.key] = None
    return list(found)


def _ids(keys: Sequence[str]) -> dict[str, str]:
    """Each key as an id: brackets are for instances, which a new run has of its own."""
    return {key: key.replace("[", "-").replace("]", "").replace("/", "-") for key in keys}


def _named_all(value: Any, values: Mapping[str, str]) -> Any:
    """The same of every text in a table or list."""
    if isinstance(value, str):
        return _named(value, values)
    if isinstance(value, Mapping):
        table = cast("Mapping[str, Any]", value)
        return {key: _named_all(one, values) for key, one in table.items()}
    if isinstance(value, list | tuple):
        return [_named_all(one, values) for one in cast("Sequence[Any]", value)]
    return value


def _named(text: str, values: Mapping[str, str]) -> str:
    for name, value in sorted(values.items(), key=lambda pair: -len(pair[1])):
        if value:
            text = text.replace(value, f"{{{{{name}}}}}")
    return text
