"""Cook: formula, scope and values in, plan out. Pure: the same inputs give the same plan.

The passes, in this order, each a function of its own: what the formula extends, its kind, check,
variables; waits, gates, conditions and loops; branches, advice, expansions, aspects and hooks;
children laid flat; fan out, order, fill in names.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gastown.errors import FormulaError, NotFoundError
from gastown.formula.asked import unanswerable
from gastown.formula.binding import scope_problems
from gastown.formula.check import check
from gastown.formula.compose import Compose
from gastown.formula.cooking.branch import branched
from gastown.formula.cooking.children import flattened
from gastown.formula.cooking.gates import conditioned
from gastown.formula.cooking.kitchen import Kitchen
from gastown.formula.cooking.opening import opened
from gastown.formula.cooking.sound import flaws
from gastown.formula.cooking.tree import ids, prepared
from gastown.formula.cooking.woven import woven
from gastown.formula.extend import extended
from gastown.formula.fanout import Node, fan_out
from gastown.formula.finding import refuse
from gastown.formula.graph import chain_text, cycles, ordered
from gastown.formula.kinds import as_workflow
from gastown.formula.library import NOTHING, Library, closure
from gastown.formula.locate import located
from gastown.formula.model import Formula
from gastown.formula.plan import Plan, PlannedStep, Scope
from gastown.formula.planned import planned
from gastown.formula.poured import bond_problems
from gastown.formula.step import Prepared
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
    shelf = _Shelf(library)
    try:
        return _cooked(formula, scope, values, shelf)
    except FormulaError as error:
        raise FormulaError([_said_of(name, one, shelf) for one in error.findings]) from error
    except NotFoundError as error:
        raise FormulaError([f"{name}: {error}"]) from error


@dataclass(slots=True)
class _Shelf:
    """The library, remembering what was taken from it: it is part of what is cooked."""

    library: Library
    taken: dict[str, Formula] = field(default_factory=dict[str, Formula])

    def load(self, name: str) -> Formula:
        if name not in self.taken:
            self.taken[name] = self.library.load(name)
        return self.taken[name]


def _said_of(name: str, finding: str, shelf: _Shelf) -> str:
    """The finding with the file it is about, if it does not say one."""
    files = (name, *(one.source for one in shelf.taken.values() if one.source))
    return finding if finding.startswith(files) else f"{name}: {finding}"


def _cooked(formula: Formula, scope: Scope, values: Mapping[str, Any], shelf: _Shelf) -> Plan:
    whole = extended(formula, shelf)
    refuse(located(check(whole), whole))
    flow = as_workflow(whole, values, scope.convoy)
    if flow is not whole:
        refuse(located(check(flow), flow))
    if problems := list(scope_problems(scope)):
        raise FormulaError(problems)
    given = resolve(flow, values)
    steps = _flat(flow, shelf, given)
    nodes = fan_out(steps, scope, given)
    made = planned(_arranged(nodes), given, scope)
    bonds = {step.fan_out.bond for step in _all(made) if step.fan_out}
    frozen = {name: extended(one, shelf) for name, one in closure(bonds, shelf).items()}
    if problems := [*_too_long(made), *bond_problems(_all(made), frozen)]:
        raise FormulaError(problems)
    plan = Plan(
        formula=formula.name,
        digest=_digest(formula, scope, given, shelf.taken),
        convoy=scope.convoy,
        vars=given,
        steps=made,
        library=frozen,
        scope=scope if frozen else Scope(),
        bond_points=whole.compose.bond_points,
        squash=whole.squash,
    )
    if problems := list(unanswerable(plan)):
        raise FormulaError(problems)
    return plan


def _all(steps: Sequence[PlannedStep]) -> Iterator[PlannedStep]:
    """The steps, and those in the bodies of until loops."""
    for step in steps:
        yield step
        if step.loop:
            yield from _all(step.loop.body)


def _flat(flow: Formula, shelf: _Shelf, values: Mapping[str, str]) -> tuple[Prepared, ...]:
    """All steps that the formula comes to, each with its place in the graph."""
    trees = prepared(flow.steps)
    steps = opened(trees, values)
    gone = ids(trees) - ids(steps)
    steps = conditioned(branched(steps, flow.compose, gone), flow.compose, gone)
    kitchen = Kitchen(shelf, values=values, prepare=_begun, gone=gone)
    complete = woven(steps, flow, kitchen)
    steps = flattened(complete if complete is steps else opened(complete, values))
    if problems := flaws(steps):
        raise FormulaError(problems)
    return steps


def _begun(
    steps: tuple[Prepared, ...], compose: Compose, values: Mapping[str, str]
) -> tuple[Prepared, ...]:
    """What is put among a formula's steps, after what was done to those."""
    begun = opened(steps, values)
    gone = ids(steps) - ids(begun)
    return conditioned(branched(begun, compose, gone), compose, gone)


def _arranged(nodes: Sequence[Node]) -> list[Node]:
    """The nodes, each after what it needs."""
    by_key = {node.key: node for node in nodes}
    needs = {key: tuple(node.needs) for key, node in by_key.items()}
    order = ordered(needs)
    if len(order) < len(nodes):
        chains = (chain_text(chain) for chain in cycles(needs))
        raise FormulaError([f"a cycle over this convoy: {chain}" for chain in chains])
    return [by_key[key] for key in order]


def _too_long(steps: Sequence[PlannedStep]) -> Iterator[str]:
    for step in steps:
        if len(step.title) > MAX_TITLE:
            yield f"{step.key}: title of {len(step.title)} characters, at most {MAX_TITLE}"


def _digest(
    formula: Formula, scope: Scope, values: Mapping[str, str], taken: Mapping[str, Formula]
) -> str:
    """12 hex digits over what is cooked; comments and the file's place do not count."""
    content = {
        "formula": _content(formula),
        "scope": scope.model_dump(mode="json"),
        "values": dict(values),
        **({"library": {name: _content(one) for name, one in taken.items()}} if taken else {}),
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _content(formula: Formula) -> dict[str, Any]:
    return formula.model_dump(mode="json", exclude={"source", "digest"}, exclude_defaults=True)
