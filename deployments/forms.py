"""forms: what the UI asks for where only the town knows what there is: formulas, rigs, profiles."""

from collections.abc import Iterator
from typing import Any

from gastown.errors import GasTownError
from gastown.formula.form import choice
from gastown.formula.model import Formula
from gastown.town.town import Town


def with_choices(town: Town, flow: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A deployment's parameter schema, where it is of the flow `formula` with the town's choices.

    A formula that cannot be read is not offered; `town formula lint` says why.
    """
    if flow != "formula":
        return schema
    work, definitions = choice(_readable(town))
    fields = schema["properties"]
    rigs = fields["rigs"]
    listed = {"type": "array", "items": {"type": "string", "enum": list(town.config.rigs)}}
    shown = {key: rigs[key] for key in ("title", "description", "position") if key in rigs}
    chosen = {key: fields["work"][key] for key in ("description", "position")}
    changed = {**fields, "work": {**work, **chosen}, "rigs": {**shown, **listed}}
    known = {**schema.get("definitions", {}), **definitions}
    return {**schema, "properties": changed, "definitions": known}


def _readable(town: Town) -> Iterator[Formula]:
    shelf = town.shelf()
    for file in shelf.list():
        try:
            formula = shelf.take(file.name)
        except GasTownError:
            continue
        if formula.type != "aspect" or formula.aspects:
            yield formula
