"""Keys of the format: those we act on are the model's fields; the rest of it is named here."""

from gastown.formula.model import Formula
from gastown.formula.step import Step
from gastown.formula.var import Var
from gastown.formula.vars import nearest

# fmt: off
# Part of the format, but a formula that says them would not get what it asks for here.
UNSUPPORTED_TOP = frozenset({
    "advice", "agent", "aspects", "compose", "contract", "extends", "inputs", "legs", "output",
    "phase", "pointcuts", "pour", "presets", "prompts", "requires", "review_only", "squash",
    "synthesis", "template",
})
UNSUPPORTED_STEP = frozenset({
    "check", "children", "drain", "expand", "expand_vars", "gate", "interactive", "loop",
    "on_complete", "parallel", "ralph", "retry", "tags", "waits_for",
})
# fmt: on
# What a step may be as a bead; other tools make a task of anything else.
STEP_TYPES = frozenset({"task", "bug", "feature", "epic", "chore"})

UNSUPPORTED_TYPES = frozenset({"aspect", "convoy", "expansion"})

# Fields of our own that no file may set; a file says `formula` for the name.
_OURS = {"name", "source", "digest"}
TOP = frozenset({*Formula.model_fields, "formula"} - _OURS) - UNSUPPORTED_TOP
_VAR = frozenset(Var.model_fields)
_STEP = frozenset(Step.model_fields) - UNSUPPORTED_STEP


def stranger(key: str, place: str) -> str:
    """What to say of a key that the model has not. `place` is "", "steps" or "vars"."""
    known = {"steps": _STEP, "vars": _VAR}.get(place, TOP)
    foreign = {"steps": UNSUPPORTED_STEP, "vars": frozenset[str]()}.get(place, UNSUPPORTED_TOP)
    if key in foreign:
        return "is part of the format, but not supported yet"
    if not place and key == "name":
        return "unknown key; did you mean formula?"
    return f"unknown key{nearest(key, known | foreign)}"
