"""Form: a formula's variables as a JSON schema, for whoever asks a person for their values."""

from collections.abc import Iterable
from typing import Any

from gastown.formula.inputs import variables
from gastown.formula.model import Formula
from gastown.formula.values import typed
from gastown.formula.var import Var

_TYPES = {"string": "string", "int": "integer", "bool": "boolean", "list": "array"}
CHOSEN = "formula"
"""The property that tells which formula was chosen."""


def form(formula: Formula) -> dict[str, Any]:
    """An object with one property for each variable; a default, enum and pattern are in it."""
    asked = variables(formula) if formula.legs else formula.vars
    chosen = {"type": "string", "title": "Formula", "enum": [formula.name], "default": formula.name}
    first = " ".join(formula.description.split()).partition(". ")[0]
    return {
        "title": formula.name,
        "description": first,
        "type": "object",
        "properties": {
            CHOSEN: {**chosen, "position": 0},
            **{
                name: {**_field(name, var), "position": place}
                for place, (name, var) in enumerate(asked.items(), 1)
            },
        },
        "required": [CHOSEN, *(name for name, var in asked.items() if _must(var))],
    }


def choice(formulas: Iterable[Formula]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A property that is one of the formulas with its variables, and the definitions it needs."""
    forms = {formula.name: form(formula) for formula in formulas}
    refs = [{"$ref": f"#/definitions/{name}"} for name in forms]
    return {"title": "Formula", "anyOf": refs}, forms


def _must(var: Var) -> bool:
    return var.required and var.default is None


def _field(name: str, var: Var) -> dict[str, Any]:
    field: dict[str, Any] = {"title": name, "type": _TYPES[var.type]}
    if var.description:
        field["description"] = var.description
    if var.default is not None:
        field["default"] = typed(var.type, var.default)
    judged: dict[str, Any] = {}
    if var.enum and var.type not in ("int", "bool"):
        judged["enum"] = list(var.enum)
    if var.pattern:
        judged["pattern"] = var.pattern
    if var.type == "list":
        return {**field, "items": {"type": "string", **judged}}
    return {**field, **judged}
