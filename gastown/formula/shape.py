"""Shape: a parsed document against the model: right keys, right types, said in a file's terms.

What is wrong is taken out after it is noted, so that the rest can still be checked.
"""

import reprlib
from collections.abc import Mapping
from typing import Any, cast, get_args

from pydantic import ValidationError

from gastown.formula.finding import Path, Remark
from gastown.formula.locate import path_text
from gastown.formula.model import Formula, Type
from gastown.formula.tidy import tidied
from gastown.formula.vars import nearest

_WANTED = {
    "string_type": "text",
    "string_unicode": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
}
TYPES: tuple[str, ...] = get_args(Type)
# Which keys make which kind of formula where `type` is not written; the first that is there counts.
_KINDS = {
    "extends": "workflow",
    "steps": "workflow",
    "legs": "convoy",
    "template": "expansion",
    "aspects": "aspect",
    "advice": "aspect",
}
_GONE = object()


def shape(data: dict[str, Any], source: str, digest: str) -> tuple[Formula, list[Remark]]:
    """The formula that the document's sound parts say, and what is wrong with the others."""
    fields, remarks = tidied(data)
    refused = {remark.path for remark in remarks if remark.severity == "error"}
    remarks += _lenient(fields)
    fields |= {"source": source, "digest": digest}
    if "formula" in fields:
        fields["name"] = fields.pop("formula")
    while True:
        try:
            return Formula.model_validate(fields), remarks
        except ValidationError as error:
            for path, remark in _found(error, fields).items():
                if not any(path[: len(one)] == one for one in refused):
                    remarks.append(remark)
                refused.add(path)


def kind_of(fields: Mapping[str, Any]) -> str:
    """The kind of formula that a document without a type is taken for."""
    return next((_KINDS[key] for key in _KINDS if fields.get(key)), "workflow")


def _lenient(fields: dict[str, Any]) -> list[Remark]:
    """Put right what other tools take too; what the kind is where it is not written."""
    found: list[Remark] = []
    if isinstance(fields.get("extends"), str):
        fields["extends"] = [fields["extends"]]
        message = "taken as a list of one; write it in brackets"
        found.append(Remark(("extends",), message, "note", "bd, gt: refuse it"))
    if fields.get("version") == 0 and type(fields["version"]) is int:
        fields["version"] = 1
        found.append(Remark(("version",), "taken as 1", "note", "gt: takes it as 0"))
    written = fields.get("type", "")
    if written == "":
        fields.pop("type", None)
        kind = kind_of(fields)
        if kind != "workflow":  # a workflow stays unsaid: one that extends is of its parent's type
            fields["type"] = kind
            message = f"without a type this is taken for a formula of the kind {kind}"
            found.append(Remark(("formula",), message, "note", "bd: takes it for a workflow"))
    return found


def _found(error: ValidationError, fields: dict[str, Any]) -> dict[Path, Remark]:
    """What is wrong, by its place, taken out of the document."""
    found: dict[Path, Remark] = {}
    thinned: list[list[Any]] = []
    for one in cast("list[dict[str, Any]]", error.errors(include_url=False)):
        path = _cut(tuple(one["loc"]), fields)
        if path not in found:
            found[path] = _remark(path, one, len(path) < len(one["loc"]))
            _mend(fields, path, one["type"], thinned)
    for items in thinned:
        items[:] = [item for item in items if item is not _GONE]
    return found


def _cut(path: Path, fields: dict[str, Any]) -> Path:
    """The path as far as the document goes: the model also names which of two types it tried."""
    value: Any = fields
    for length, part in enumerate(path):
        if not isinstance(value, dict | list):
            return path[:length]
        if isinstance(value, list):
            items = cast("list[Any]", value)
            if not isinstance(part, int):
                return path[:length]
            value = items[part]
        else:
            table = cast("dict[str | int, Any]", value)
            if part not in table:
                return path[: length + 1]
            value = table[part]
    return path


def _remark(path: Path, error: dict[str, Any], either: bool) -> Remark:
    if path == ("name",):
        shown = ("formula",)
        if error["type"] == "missing":
            return Remark(shown, 'every formula has a name: formula = "…"')
        return Remark(shown, _message(error, shown))
    if either:
        value = _shown(error["input"])
        return Remark(path, f"must be a whole number or an expression in quotes, not {value}")
    return Remark(path, _message(error, path))


def _message(error: dict[str, Any], path: Path) -> str:
    kind = error["type"]
    if kind in _WANTED:
        return f"must be {_WANTED[kind]}, not {_shown(error['input'])}"
    if path == ("type",):
        written = error["input"]
        hint = nearest(written, TYPES) if isinstance(written, str) else ""
        return f"{_shown(written)} is none of {', '.join(TYPES)}{hint}"
    if kind == "missing":
        return "is missing"
    return str(error["msg"]).removeprefix("Value error, ")


def _shown(value: Any) -> str:
    """A value as a finding shows it: short, and with the type visible."""
    try:
        return reprlib.repr(value)
    except ValueError:  # Python writes no number of thousands of digits
        return "a number of thousands of digits"


def _mend(fields: dict[str, Any], path: Path, kind: str, thinned: list[list[Any]]) -> None:
    """Take out what is wrong, or put in the least that is right; a table keeps its place."""
    holder: Any = fields
    for part in path[:-1]:
        holder = holder[part]
    last: Any = path[-1]
    variable = len(path) == 2 and path[0] == "vars"  # noqa: PLR2004 - vars.name
    if kind == "missing":
        holder[last] = "unnamed" if path == ("name",) else path_text(path[:-1])
    elif (kind == "model_type" or variable) and holder[last] != {}:
        holder[last] = {}
    elif isinstance(holder, dict):
        cast("dict[Any, Any]", holder).pop(last, None)
    else:
        holder[last] = _GONE
        thinned.append(cast("list[Any]", holder))
