"""Gates: what must happen outside before a step begins, as steps of their own.

A gate needs what the step behind it needs, so that nobody is asked before the question arises.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import count

from gastown.errors import FormulaError
from gastown.formula.compose import Compose
from gastown.formula.cooking.tree import (
    changed,
    everyone,
    ids,
    retold,
    with_needs,
)
from gastown.formula.cooking.waits import beside
from gastown.formula.names import fill
from gastown.formula.step import Gate, Prepared
from gastown.formula.vars import nearest

_STRANGE = re.compile(r"[^\w.:#@/]+")
_LONGEST = 60  # a key is read by people


def gated(steps: tuple[Prepared, ...], values: Mapping[str, str]) -> tuple[Prepared, ...]:
    """A gate before each step that asks for one; the bodies of loops are left to their rounds.

    A parent or a loop that is interactive has a person's gate in front; any other such step is one.
    """
    if not any(step.gate or step.interactive for step in everyone(steps)):
        return steps
    return changed(steps, lambda step: _gated(step, values))


def _gated(step: Prepared, values: Mapping[str, str]) -> Iterator[Prepared]:
    if step.kind == "gate":
        yield step
        return
    gate, family = step.gate, bool(step.children or step.loop or step.expand)
    if step.interactive and family:
        gate = gate or Gate()
        step = retold(step, interactive=False)
    if gate is None:
        yield retold(step, kind="gate", gate=Gate()) if step.interactive else step
        return
    first = _before(step, f"{step.id}.gate-{_word(gate, values)}", gate)
    yield first
    told = {"gate": Gate(), "kind": "gate"} if step.interactive else {"gate": None}
    yield with_needs(retold(step, **told), [first.id])


def _before(step: Prepared, name: str, gate: Gate) -> Prepared:
    return beside(
        step, name, kind="gate", gate=gate, needs=step.edges,
        title=f"{_said(gate) or gate.type} before {step.title or step.id}",
    )  # fmt: skip


def _word(gate: Gate, values: Mapping[str, str]) -> str:
    """What a gate goes by in a key; a condition would be too long."""
    kind, said = fill(gate.type, values), fill(_said(gate), values)
    said = "" if kind == "conditional" else said
    words = (_STRANGE.sub("-", word).strip("-")[:_LONGEST] for word in (said, kind))
    return next(filter(None, words), "gate")


def _said(gate: Gate) -> str:
    """What a gate waits for, as it is written; a condition would be too long."""
    return "" if gate.type == "conditional" else gate.await_id or gate.id


def conditioned(
    steps: tuple[Prepared, ...], compose: Compose, dropped: Collection[str] = ()
) -> tuple[Prepared, ...]:
    """A conditional gate before each step that `compose.gate` names, one for each rule.

    Raises FormulaError for a step that is not there; one that was `dropped` needs no gate.
    """
    if not compose.gate:
        return steps
    known = ids(steps)
    rules: dict[str, list[Gate]] = {}
    for place, rule in enumerate(compose.gate):
        if rule.before not in {*known, *dropped}:
            unknown = f"no step {rule.before!r}{nearest(rule.before, known)}"
            raise FormulaError([f"compose.gate[{place}].before: {unknown}"])
        gate = Gate(type="conditional", await_id=rule.condition)
        rules.setdefault(rule.before, []).append(gate)
    return changed(steps, lambda step: _behind(step, rules.get(step.id, []), known))


def _behind(step: Prepared, gates: list[Gate], taken: Collection[str]) -> Iterator[Prepared]:
    names = _free(f"{step.id}.gate-conditional", taken)
    gated_by = [_before(step, name, gate) for name, gate in zip(names, gates, strict=False)]
    yield from gated_by
    yield with_needs(step, [gate.id for gate in gated_by]) if gated_by else step


def _free(name: str, taken: Collection[str]) -> Iterator[str]:
    """The name, or the name with a number, as often as asked for."""
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return (one for one in names if one not in taken)
