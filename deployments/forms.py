"""forms: what the UI asks for where only the town knows what there is: formulas, rigs, profiles."""

from collections.abc import Iterator
from typing import Any

from gastown.catalogue.roles import ROLES
from gastown.errors import GasTownError
from gastown.formula.form import choice
from gastown.formula.model import Formula
from gastown.town.town import Town

_SHOWN = ("title", "description", "position")


def with_choices(town: Town, flow: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A deployment's parameter schema, where it is of the flow `formula` with the town's choices.

    A formula that cannot be read is not offered; `town formula lint` says why.
    """
    if flow != "formula":
        return schema
    work, definitions = choice(_readable(town))
    fields = schema["properties"]
    choices = {
        "work": work,
        "rigs": _several(town.config.rigs),
        "beads": {"type": "array", "items": {"type": "string"}},
        "role": {"type": "string", "enum": list(ROLES), "default": "polecat"},
        "profile": {"type": "string", "enum": ["", *town.config.all_profiles], "default": ""},
    }
    shown = {name: {key: fields[name][key] for key in _SHOWN} for name in choices}
    changed = {**fields, **{name: {**shown[name], **one} for name, one in choices.items()}}
    known = {**schema.get("definitions", {}), **definitions}
    return {**schema, "properties": changed, "definitions": known}


def _several(names: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": list(names)}}


def _readable(town: Town) -> Iterator[Formula]:
    """Those that run by themselves: an expansion takes a step's place, an aspect goes around it."""
    shelf = town.shelf()
    for file in shelf.list():
        try:
            formula = shelf.take(file.name)
        except GasTownError:
            continue
        if formula.type != "expansion" and (formula.type != "aspect" or formula.aspects):
            yield formula
