"""Schema: the form in which open gates are shown in Prefect's UI, and the answers it gives back.

JSON Schema, as Prefect draws it. Nothing in it is required: a run that is started again by another
than a person is given an empty form.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from gastown.formula.values import typed
from gastown.formula.var import Var
from gastown.gates.words import how_to_answer

GATE = "gate"
"""A keyword of ours in the schema: the bead of the gate that a part of the form answers."""
WAIT, APPROVE, REJECT = "wait", "approve", "reject"
_OWN = ("decision", "answer", "comment", "by")


@dataclass(frozen=True, slots=True)
class Ask:
    """A gate that a person may answer now. `text` is Markdown; `refused` is of the last answer."""

    gate: str
    title: str
    text: str
    form: Mapping[str, Var] = field(default_factory=dict[str, Var])
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person filled in for one gate; `fields` are the gate's own."""

    gate: str
    approved: bool
    answer: str
    comment: str
    by: str
    fields: Mapping[str, Any]


def schema_of(asks: Sequence[Ask]) -> dict[str, Any]:
    """The form of these gates: one is asked flatly, several have a part each."""
    if len(asks) == 1:
        return _part(asks[0])
    parts: dict[str, Any] = {
        f"gate_{number}": {**_part(ask), "position": number}
        for number, ask in enumerate(asks, start=1)
    }
    return {"title": "Open gates", "type": "object", "properties": parts}


def description_of(asks: Sequence[Ask]) -> str:
    """What stands above the form, as Markdown."""
    return "\n\n---\n\n".join(
        "\n\n".join(
            part
            for part in (
                ask.text,
                f"The last answer was not taken: {ask.refused}" if ask.refused else "",
                f"In a terminal: `{how_to_answer(ask.gate)}`",
            )
            if part
        )
        for ask in asks
    )


def said_in(schema: Mapping[str, Any], response: Mapping[str, Any]) -> Iterator[Said]:
    """What was filled in, gate by gate; a gate that is left waiting is passed over."""
    if GATE in schema:
        yield from _said(str(schema[GATE]), response)
        return
    for name, part in cast("dict[str, Any]", schema.get("properties", {})).items():
        given = response.get(name)
        if isinstance(given, dict) and GATE in part:
            yield from _said(str(part[GATE]), cast("dict[str, Any]", given))


def _said(gate: str, given: Mapping[str, Any]) -> Iterator[Said]:
    decision = given.get("decision", WAIT)
    if decision not in (APPROVE, REJECT):
        return
    answer, comment, by = (str(given.get(name) or "") for name in _OWN[1:])
    fields = {name: value for name, value in given.items() if name not in _OWN}
    yield Said(gate, decision == APPROVE, answer, comment, by, fields)


def _part(ask: Ask) -> dict[str, Any]:
    own = {name: _field(var) for name, var in ask.form.items()}
    properties: dict[str, Any] = {
        "decision": {
            "type": "string",
            "enum": [WAIT, APPROVE, REJECT],
            "default": WAIT,
            "description": "approve: go on. reject: the step fails with your comment. "
            "wait: leave it open.",
        },
        **own,
        "answer": {"type": "string", "default": "", "description": "What steps after it can read."},
        "comment": {"type": "string", "default": "", "description": "Why; kept with the gate."},
        "by": {"type": "string", "default": "", "description": "Your name."},
    }
    for number, (name, one) in enumerate(properties.items()):
        one |= {"title": name, "position": number}
    return {"title": ask.title, "type": "object", "properties": properties, GATE: ask.gate}


def _field(var: Var) -> dict[str, Any]:
    kinds = {"int": "integer", "bool": "boolean", "list": "array"}
    made: dict[str, Any] = {"type": kinds.get(var.type, "string")}
    said = f"{var.description} (required)" if var.required else var.description
    made["description"] = said.strip()
    if var.type == "list":
        made["items"] = {"type": "string", **({"enum": list(var.enum)} if var.enum else {})}
    elif var.enum and var.type == "string":
        made["enum"] = list(var.enum)
    elif var.pattern and var.type == "string":
        made["pattern"] = f"^$|{var.pattern}"
    if var.default is not None:
        made["default"] = typed(var.type, var.default)
    return made
