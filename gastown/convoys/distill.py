"""Distill: a workflow made of what was done once, with names in place of what may differ."""

from collections.abc import Mapping, Sequence
from typing import Any

from gastown.beads.bead import Bead
from gastown.formula.model import Formula
from gastown.formula.plan import Plan, PlannedStep
from gastown.formula.step import Gate, Step
from gastown.formula.var import Var


def of_plan(name: str, plan: Plan, values: Mapping[str, str]) -> Formula:
    """A plan as it ran, without its joins: their needs are handed on.

    Args:
        name: What the formula is called.
        plan: The plan; what it grew is in it as it grew.
        values: Variables by name, and the text that each stands for.
    """
    kept = [step for step in plan.steps if step.kind != "join"]
    ids = _ids([step.key for step in kept])
    steps = [_of_step(step, plan, ids, values) for step in kept]
    said = f"Distilled from {plan.formula}."
    return _formula(name, said, steps, values)


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


def _of_step(
    step: PlannedStep, plan: Plan, ids: Mapping[str, str], values: Mapping[str, str]
) -> Step:
    gate = None
    if step.gate is not None:
        wait = f"{step.gate.timeout_s:g}s" if step.gate.timeout_s else ""
        gate = Gate(type=step.gate.type, await_id=step.gate.await_id, timeout=wait)
    return _step(
        id=ids[step.key],
        title=_named(step.title, values),
        description=_named(step.description, values),
        acceptance=_named(step.acceptance, values),
        notes=_named(step.notes, values),
        type=step.type,
        priority=step.priority,
        labels=step.labels,
        role=step.role if step.kind == "work" else "",
        gate=gate if gate and gate.type != "human" else None,
        interactive=bool(gate and gate.type == "human"),
        needs=tuple(ids[need] for need in _through(step, plan)),
    )


def _step(**fields: Any) -> Step:
    """A step that says what is not so anyway, so that its text is short."""
    defaults = Step.model_fields
    said = {key: value for key, value in fields.items() if value != defaults[key].default}
    return Step(**{key: value for key, value in said.items() if value not in ("", (), None)})


def _through(step: PlannedStep, plan: Plan) -> list[str]:
    """What a step waits for, where a join is as good as what it needs."""
    found: dict[str, None] = {}
    waiting = list(reversed(step.needs))
    while waiting:
        need = plan.by_key[waiting.pop()]
        if need.kind == "join":
            waiting += reversed(need.needs)
        else:
            found[need.key] = None
    return list(found)


def _ids(keys: Sequence[str]) -> dict[str, str]:
    """Each key as an id: brackets are for instances, which a new run has of its own."""
    return {key: key.replace("[", "-").replace("]", "").replace("/", "-") for key in keys}


def _named(text: str, values: Mapping[str, str]) -> str:
    for name, value in sorted(values.items(), key=lambda pair: -len(pair[1])):
        if value:
            text = text.replace(value, f"{{{{{name}}}}}")
    return text
