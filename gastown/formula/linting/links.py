"""Links: the other formulas that one names, whether they are there and of the kind it takes."""

from collections.abc import Iterator, Mapping, Sequence

from gastown.errors import FormulaError, NotFoundError
from gastown.formula.finding import Path, Remark
from gastown.formula.keys import near
from gastown.formula.library import Library
from gastown.formula.model import Formula
from gastown.formula.names import used_in
from gastown.formula.placed import Placed

# What is named, and the kind it has to be; any kind where none is given.
Link = tuple[Path, str, str, Mapping[str, str]]


def links(formula: Formula, found: Sequence[Placed]) -> Iterator[Link]:
    """Each place that names a formula: its path, the name, the kind, the variables it gives."""
    compose = formula.compose
    yield from ((("extends",), name, "", {}) for name in formula.extends)
    for at, name in enumerate(compose.aspects):
        yield ("compose", "aspects", at), name, "aspect", {}
    for key, rules in (("expand", compose.expand), ("map", compose.map)):
        for at, rule in enumerate(rules):
            yield ("compose", key, at, "with"), rule.with_, "expansion", rule.vars
    for at, hook in enumerate(compose.hooks):
        yield ("compose", "hooks", at, "attach"), hook.attach, "", hook.vars
    for one in found:
        if one.step.expand:
            yield (*one.path, "expand"), one.step.expand, "expansion", one.step.expand_vars
        if rule := one.step.on_complete:
            yield (*one.path, "on_complete", "bond"), rule.bond, "", rule.vars


def linked(
    formula: Formula, found: Sequence[Placed], library: Library
) -> tuple[list[Remark], dict[str, Formula]]:
    """What is wrong with the formulas that one names, and those that could be read, by name."""
    remarks: list[Remark] = []
    read: dict[str, Formula] = {}
    for path, name, kind, given in links(formula, found):
        if not name or "{" in name:
            continue
        try:
            read[name] = other = read.get(name) or library.load(name)
        except NotFoundError as error:
            remarks.append(Remark(path, str(error)))
        except FormulaError as error:
            count = len(error.findings)
            more = f", and {count - 1} more" if count > 1 else ""
            remarks.append(Remark(path, f"{name!r} is broken: {error.findings[0]}{more}"))
        else:
            remarks += _fits(path, other, kind, given)
    return remarks, read


def _fits(path: Path, other: Formula, kind: str, given: Mapping[str, str]) -> Iterator[Remark]:
    if kind and other.type != kind:
        message = f"{other.name!r} is of the kind {other.type}; this takes an {kind}"
        yield Remark(path, message)
    known = {*other.vars, *other.inputs, *used_in(other)}
    for name in given:
        if name not in known and not other.extends:
            meant = near(name, known)
            hint = f"; did you mean {meant}?" if meant else ""
            refused = "on_complete" in path  # an expansion takes any value, a bond its own alone
            message = f"{other.name!r} has no variable {name!r}{hint}"
            yield Remark(path, message, "error" if refused else "warning")
