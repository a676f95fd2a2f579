"""Cook: formula, scope and values in, plan out. Pure: the same inputs give the same plan.

The passes, in this order, each a function of its own: what the formula extends, its kind, check,
variables, conditions, what is woven into it, fan out, order, fill in names.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gastown.errors import FormulaError
from gastown.formula.binding import scope_problems
from gastown.formula.check import check
from gastown.formula.condition import keep
from gastown.formula.cooking.advice import advised
from gastown.formula.cooking.expansion import expanded
from gastown.formula.cooking.macros import aspected, composed, hooked
from gastown.formula.extend import extended
from gastown.formula.fanout import Node, fan_out
from gastown.formula.finding import refuse
from gastown.formula.graph import ordered
from gastown.formula.kinds import as_workflow
from gastown.formula.library import NOTHING, Library
from gastown.formula.locate import located
from gastown.formula.model import Formula
from gastown.formula.names import fill, fill_all
from gastown.formula.plan import Plan, PlannedStep, Scope
from gastown.formula.step import Prepared, Step
from gastown.formula.vars import resolve

# The ledger refuses a longer title, and by then half a convoy may be on record.
MAX_TITLE = 500


def cook(
    formula: Formula, scope: Scope, values: Mapping[str, Any], library: Library = NOTHING
) -> Plan:
    """The plan of a formula over a scope; steps stand after what they need, else in file order.

    Args:
        formula: A parsed formula, or one made in code: it is checked again.
        scope: The rigs, beads and assemblies that `each` fans out over.
        values: Values of variables; text, or a whole number, truth or list.
        library: Where the formulas are that this one names.

    Raises:
        FormulaError: With everything that is wrong in formula and scope, or in the values.
    """
    name = formula.source or formula.name
    formula = as_workflow(extended(formula, library), values)
    refuse(located(check(formula), formula))
    if problems := [f"{name}: {problem}" for problem in scope_problems(scope)]:
        raise FormulaError(problems)
    given = resolve(formula, values)
    steps = _woven(keep(_prepared(formula.steps), given), formula, library, given)
    nodes = fan_out(steps, scope, given)
    planned = tuple(_planned(node, given, scope) for node in _arranged(nodes))
    if problems := [f"{name}: {problem}" for problem in _too_long(planned)]:
        raise FormulaError(problems)
    digest = _digest(formula, scope, given)
    return Plan(formula=formula.name, digest=digest, convoy=scope.convoy, vars=given, steps=planned)


def _prepared(steps: Sequence[Step]) -> tuple[Prepared, ...]:
    return tuple(Prepared.model_construct(**step.__dict__) for step in steps)


def _woven(
    steps: tuple[Prepared, ...], formula: Formula, library: Library, values: Mapping[str, str]
) -> tuple[Prepared, ...]:
    """The steps with all that advice and other formulas put among them."""
    steps = advised(steps, formula.advice, formula.pointcuts)
    steps = expanded(steps, library, values)
    steps = composed(steps, formula.compose, library, values)
    steps = aspected(steps, formula.compose, library, values)
    return hooked(steps, formula.compose, library, values)


def _arranged(nodes: Sequence[Node]) -> list[Node]:
    by_key = {node.key: node for node in nodes}
    return [by_key[key] for key in ordered({key: tuple(n.needs) for key, n in by_key.items()})]


def _planned(node: Node, values: Mapping[str, str], scope: Scope) -> PlannedStep:
    step, bound = node.step, node.binding
    names = {**values, **({"convoy": scope.convoy} if scope.convoy else {}), **bound.names()}
    return PlannedStep(
        key=node.key,
        step=step.id,
        title=fill(step.title, names).strip() or node.key,
        description=fill(step.description, names),
        notes=fill(step.notes, names),
        acceptance=fill(step.acceptance, names),
        type=fill(step.type, names),
        priority=step.priority,
        labels=tuple(fill(label, names) for label in step.labels),
        assignee=fill(step.assignee, names),
        metadata=fill_all(step.metadata, names),
        role=fill(step.role, names) or scope.role,
        needs=tuple(node.needs),
        rig=bound.rig or scope.only_rig,
        bead=bound.bead.id if bound.bead else None,
        assembly=bound.assembly,
        item=bound.item,
    )


def _too_long(steps: Sequence[PlannedStep]) -> Iterator[str]:
    for step in steps:
        if len(step.title) > MAX_TITLE:
            yield f"{step.key}: title of {len(step.title)} characters, at most {MAX_TITLE}"


def _digest(formula: Formula, scope: Scope, values: Mapping[str, str]) -> str:
    """12 hex digits over what is cooked; comments and the file's place do not count."""
    content = {
        "formula": formula.model_dump(mode="json", exclude={"source", "digest"}),
        "scope": scope.model_dump(mode="json"),
        "values": dict(values),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
