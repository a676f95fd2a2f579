"""Check: what a formula of the right shape can still say wrong."""

import re
from collections.abc import Callable, Iterator

from gastown.formula.binding import SCOPES
from gastown.formula.condition import holds
from gastown.formula.finding import Remark
from gastown.formula.graph import chain_text, cycles
from gastown.formula.model import Formula
from gastown.formula.step import Step
from gastown.formula.var import Var
from gastown.formula.vars import compiled, misfits, nearest

# Brackets are for keys of instances and braces for names; both would make a key ambiguous.
_ID = re.compile(r"[^\s\[\]{}]+")


def check(formula: Formula) -> list[Remark]:
    """Everything that keeps the formula from being cooked."""
    found: list[Remark] = []
    if not formula.name:
        found.append(Remark(("formula",), "the name is empty"))
    if not formula.steps:
        found.append(Remark(("steps",), "there is no step; write at least one [[steps]]"))
    for name, var in formula.vars.items():
        found += _var(name, var)
    found += _ids(formula)
    ids, lists = {step.id for step in formula.steps}, {*SCOPES, *formula.vars}
    for place, step in enumerate(formula.steps):
        found += _step(place, step, ids, lists)
    found += _cycles(formula)
    return found


def _var(name: str, var: Var) -> Iterator[Remark]:
    path = ("vars", name)
    if var.required and var.default is not None:
        yield Remark((*path, "required"), "has a default, so it can't be required; remove one")
    if problem := _refusal(compiled, var.pattern):
        yield Remark((*path, "pattern"), problem)
        return
    for problem in misfits(var, var.default or ""):
        yield Remark((*path, "default"), problem)


def _ids(formula: Formula) -> Iterator[Remark]:
    first: dict[str, int] = {}
    for place, step in enumerate(formula.steps):
        path = ("steps", place, "id")
        if step.id in first:
            yield Remark(path, f"{step.id!r} is the id of step {first[step.id] + 1} already")
        elif not _ID.fullmatch(step.id):
            yield Remark(
                path, f"{step.id!r}: an id is not empty and has no space, bracket or brace"
            )
        first.setdefault(step.id, place)


def _step(place: int, step: Step, ids: set[str], lists: set[str]) -> Iterator[Remark]:
    for key, needs in (("needs", step.needs), ("depends_on", step.depends_on)):
        for need in needs:
            if need not in ids:
                yield Remark(("steps", place, key), f"no step {need!r}{nearest(need, ids)}")
    if problem := _refusal(lambda text: holds(text, {}), step.condition):
        yield Remark(("steps", place, "condition"), problem)
    if step.each and step.each not in lists:
        forms = "write rigs, beads, assemblies or the name of a variable"
        message = f"{step.each!r} is nothing to fan out over; {forms}{nearest(step.each, lists)}"
        yield Remark(("steps", place, "each"), message)


def _refusal(judge: Callable[[str], object], text: str) -> str:
    try:
        judge(text)
    except ValueError as error:
        return str(error)
    return ""


def _cycles(formula: Formula) -> Iterator[Remark]:
    place = {step.id: number for number, step in reversed(list(enumerate(formula.steps)))}
    edges: dict[str, tuple[str, ...]] = {}
    for step in formula.steps:
        known = tuple(need for need in step.edges if need in place)
        edges[step.id] = (*edges.get(step.id, ()), *known)
    for chain in cycles(edges):
        number = place[chain[0]]
        key = "needs" if chain[1] in formula.steps[number].needs else "depends_on"
        yield Remark(("steps", number, key), f"a cycle: {chain_text(chain)}")
