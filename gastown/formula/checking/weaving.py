"""Weaving: what compose, advice and pointcuts may not say."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from gastown.formula.checking.edges import is_inside, may_grow, misnamed
from gastown.formula.checking.steps import refusal_of_question
from gastown.formula.compose import Advice, BondPoint, Branch, ComposeGate, ExpandRule, Hook
from gastown.formula.finding import Path, Remark
from gastown.formula.model import Formula
from gastown.formula.placed import Placed
from gastown.formula.vars import nearest

_TRIGGER = re.compile(r"(?:label|type):\S+|priority:[0-4](?:-[0-4])?")
_IS_MISSING = "is missing"


def woven(formula: Formula, found: Sequence[Placed]) -> Iterator[Remark]:
    """Everything that is wrong in the tables that weave formulas into each other."""
    known = _Known(formula, found)
    compose = formula.compose
    tables: Mapping[str, Iterator[tuple[Path, str]]] = {
        "bond_points": _bond_points(compose.bond_points, known),
        "hooks": _hooks(compose.hooks),
        "expand": _expands(compose.expand, known),
        "map": (
            ((at, key), _IS_MISSING)
            for at, rule in enumerate(compose.map)
            for key, text in (("select", rule.select), ("with", rule.with_))
            if not text
        ),
        "branch": _branches(compose.branch, known),
        "gate": _gates(compose.gate, known),
        "aspects": (((at,), _IS_MISSING) for at, one in enumerate(compose.aspects) if not one),
    }
    for key, problems in tables.items():
        yield from (Remark(("compose", key, *path), said) for path, said in problems)
    cut = bool(formula.pointcuts)
    for at, rule in enumerate(formula.advice):
        yield from (Remark(("advice", at, *path), said) for path, said in _advice(rule, cut))
    for at, cut in enumerate(formula.pointcuts):
        if not (cut.glob or cut.type or cut.label):
            yield Remark(("pointcuts", at), "says nothing; write glob, type or label")


class _Known:
    """The ids that a rule may name; of a formula that extends others, any until it has."""

    def __init__(self, formula: Formula, found: Sequence[Placed]) -> None:
        self.ids = {one.step.id for one in found if one.room in {("steps",), ("template",)}}
        self._any = bool(formula.extends)
        self._grows = may_grow(formula, found)

    def problem(self, name: str, grows: bool = True) -> str:
        if not name:
            return _IS_MISSING
        if name in self.ids or self._any:
            return ""
        if grows and self._grows and is_inside(name, self.ids):
            return ""
        return f"no step {name!r}{nearest(name, self.ids)}"


def _bond_points(points: Collection[BondPoint], known: _Known) -> Iterator[tuple[Path, str]]:
    first: dict[str, int] = {}
    for at, point in enumerate(points):
        if point.id in first:
            yield (at, "id"), f"{point.id!r} is the id of bond point {first[point.id] + 1} already"
        elif problem := misnamed(point.id, placeholders=False):
            yield (at, "id"), problem
        first.setdefault(point.id, at)
        if point.after_step and point.before_step:
            yield (at, "before_step"), "excludes after_step; write one of them"
        elif not (point.after_step or point.before_step):
            yield (at,), "stands nowhere; write after_step or before_step"
        for key, name in (("after_step", point.after_step), ("before_step", point.before_step)):
            if name and (problem := known.problem(name)):
                yield (at, key), problem


def _hooks(hooks: Collection[Hook]) -> Iterator[tuple[Path, str]]:
    for at, hook in enumerate(hooks):
        if not _TRIGGER.fullmatch(hook.trigger):
            forms = "write label:x, type:x, priority:1 or priority:0-1"
            yield (at, "trigger"), f"{hook.trigger!r} is no trigger; {forms}"
        if not hook.attach:
            yield (at, "attach"), "is missing: the formula to attach"


def _expands(rules: Collection[ExpandRule], known: _Known) -> Iterator[tuple[Path, str]]:
    seen: set[str] = set()
    for at, rule in enumerate(rules):
        if problem := known.problem(rule.target):
            yield (at, "target"), problem
        elif rule.target in seen:
            yield (at, "target"), f"{rule.target!r} is expanded by a rule above already"
        seen.add(rule.target)
        if not rule.with_:
            yield (at, "with"), "is missing: the expansion to put there"


def _branches(branches: Collection[Branch], known: _Known) -> Iterator[tuple[Path, str]]:
    for at, branch in enumerate(branches):
        if not branch.steps:
            yield (at, "steps"), "is missing: which steps run side by side"
        named = [("from", branch.from_), *(("steps", one) for one in branch.steps)]
        for key, name in [*named, ("join", branch.join)]:
            if problem := known.problem(name):
                yield (at, key), problem
        if branch.from_ and branch.from_ == branch.join:
            yield (at, "join"), "is where the branch begins"
        for name in {branch.from_, branch.join} & {*branch.steps}:
            yield (at, "steps"), f"{name!r} begins or joins the branch, so it can't be within"


def _gates(gates: Collection[ComposeGate], known: _Known) -> Iterator[tuple[Path, str]]:
    for at, gate in enumerate(gates):
        if problem := known.problem(gate.before):
            yield (at, "before"), problem
        if problem := refusal_of_question(gate.condition):
            yield (at, "condition"), problem


def _advice(rule: Advice, cut: bool) -> Iterator[tuple[Path, str]]:
    if not (rule.target or cut):
        yield ("target",), 'is missing: a glob of ids, "*" for every step'
    lists = {
        ("before",): rule.before,
        ("around", "before"): rule.around.before,
        ("after",): rule.after,
        ("around", "after"): rule.around.after,
    }
    if not any(lists.values()):
        yield (), "inserts nothing; write before, after or around"
    seen: set[str] = set()
    for path, steps in lists.items():
        for at, step in enumerate(steps):
            if step.id in seen:
                yield (*path, at, "id"), f"{step.id!r} is inserted by this advice already"
            elif problem := misnamed(step.id, placeholders=True):
                yield (*path, at, "id"), problem
            seen.add(step.id)
