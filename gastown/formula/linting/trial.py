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
from gastown.formula.names import BINDINGS, TEMPLATE_WORDS, used_in
from gastown.formula.placed import Placed
from gastown.formula.plan import Assembly, Scope, Work
from gastown.formula.var import Var

_SCOPE = Scope(
    convoy="hq-cv-0",
    rigs=("rig",),
    beads=(Work(id="rig-0", rig="rig", title="A bead"),),
    assemblies=(Assembly(name="assembly", rig="rig"),),
)
_MOST = 3  # findings; what comes after these is often for the same reason


def tried(formula: Formula, found: Sequence[Placed], library: Library) -> Iterator[Remark]:
    """Why the formula can't be cooked with values that it may have."""
    try:
        values = _values(extended(formula, library))
        if values is not None:
            cook(formula, _SCOPE, values, library)
    except FormulaError as error:
        for said in error.findings[:_MOST]:
            short = said.removeprefix(f"{formula.source or formula.name}: ")
            path = _place(short, formula, found)
            message = short.removeprefix(f"{key_of(path, formula)}: ")
            yield Remark(path, f"can't be cooked: {message}")


def _values(formula: Formula) -> dict[str, str] | None:
    known = variables(formula) if formula.legs or formula.aspects else formula.vars
    needed = {name: var for name, var in known.items() if var.required and not var.default}
    needed |= {name: known[name] for name, one in formula.inputs.items() if one.required_unless}
    if any(var.pattern for var in needed.values()):
        return None
    loose = used_in(formula) - {*known, *BINDINGS, *TEMPLATE_WORDS, *SCOPES}
    return {**dict.fromkeys(loose, "1"), **{name: _value(var) for name, var in needed.items()}}


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
