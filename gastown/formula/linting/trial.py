"""Trial: the formula cooked over a small scope, to find what only the whole of it can say.

Names that expansions, loops and advice make are known once it is cooked. A variable that has to be
given gets the first value it may have; where none can be thought of, there is no trial.
"""

from collections.abc import Iterator, Sequence

from gastown.errors import FormulaError
from gastown.formula.binding import SCOPES
from gastown.formula.cook import cook
from gastown.formula.extend import extended
from gastown.formula.finding import Path, Remark
from gastown.formula.inputs import variables
from gastown.formula.library import Library
from gastown.formula.locate import key_of
from gastown.formula.model import Formula
from gastown.formula.names import (
    BINDINGS,
    IN_EXPRESSION,
    TEMPLATE_WORDS,
    expressions,
    used_in,
)
from gastown.formula.placed import Placed, placed
from gastown.formula.plan import Assembly, Scope, Work
from gastown.formula.var import Var

_SCOPE = Scope(
    convoy="hq-cv-0",
    rigs=("rig",),
    beads=(Work(id="rig-0", rig="rig", title="A bead"),),
    assemblies=(Assembly(name="assembly", rig="rig"),),
)
# For a variable that a loop counts with; which of them fits, only the loop knows.
_NUMBERS = ("1", "8", "64")
_MOST = 3  # findings; what comes after these is often for the same reason


def tried(formula: Formula, found: Sequence[Placed], library: Library) -> Iterator[Remark]:
    """Why the formula can't be cooked with values that it may have."""
    for said in _failures(formula, library)[:_MOST]:
        short = said.removeprefix(f"{formula.source or formula.name}: ")
        path = _place(short, formula, found)
        message = short.removeprefix(f"{key_of(path, formula)}: ")
        yield Remark(path, f"can't be cooked: {message}")


def _failures(formula: Formula, library: Library) -> Sequence[str]:
    """What the first trial found, if no trial succeeds."""
    first: Sequence[str] = ()
    try:
        for values in _trials(extended(formula, library)):
            try:
                cook(formula, _SCOPE, values, library)
            except FormulaError as error:
                first = first or error.findings
            else:
                return ()
    except FormulaError as error:
        return error.findings
    return first


def _trials(formula: Formula) -> Iterator[dict[str, str]]:
    """Values for what has to be given; several, where a loop counts with one of them."""
    known = variables(formula) if formula.legs or formula.aspects else formula.vars
    needed = {name: var for name, var in known.items() if var.required and not var.default}
    needed |= {name: known[name] for name, one in formula.inputs.items() if one.required_unless}
    if any(var.pattern for var in needed.values()):
        return
    loose = used_in(formula) - {*known, *BINDINGS, *TEMPLATE_WORDS, *SCOPES}
    values = {**dict.fromkeys(loose, "1"), **{name: _value(var) for name, var in needed.items()}}
    counted = {name for name in _counted(formula) & {*needed} if not needed[name].enum}
    for number in _NUMBERS if counted else _NUMBERS[:1]:
        yield {**values, **dict.fromkeys(counted, number)}


def _counted(formula: Formula) -> set[str]:
    """The names that loops count with."""
    written = (text for one in placed(formula) for _, text in expressions(one.step))
    return {name for text in written for name in IN_EXPRESSION.findall(text)}


def _value(var: Var) -> str:
    if var.default or var.enum:
        return var.default or var.enum[0]
    return {"int": "1", "bool": "true"}.get(var.type, "value")


def _place(said: str, formula: Formula, found: Sequence[Placed]) -> Path:
    """The step that a finding begins with; the place of the formula's name where there is none."""
    places = sorted(found, key=lambda one: -len(one.path))
    for one in places:
        name = key_of(one.path, formula)
        if said.startswith((f"{name}.", f"{name}:")):
            return one.path
    return ("formula",)
