"""Shape: a parsed document against the model: right keys, right types, said in a file's terms.

What is wrong is taken out after it is noted, so that the rest can still be checked.
"""

import reprlib
from typing import Any, cast, get_args

from pydantic import ValidationError

from gastown.formula.finding import Path, Remark
from gastown.formula.lenient import lenient
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
_BOUNDS = {"less_than_equal": ("most", "le"), "greater_than_equal": ("least", "ge")}
TYPES: tuple[str, ...] = get_args(Type)
_GONE = object()


def shape(data: dict[str, Any], source: str, digest: str) -> tuple[Formula, list[Remark]]:
    """The formula that the document's sound parts say, and what is wrong with the others."""
    fields, remarks = tidied(data)
    refused = {remark.path for remark in remarks if remark.severity == "error"}
    remarks += lenient(fields)
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


def _found(error: ValidationError, fields: dict[str, Any]) -> dict[Path, Remark]:
    """What is wrong, by its place, taken out of the document."""
    errors = cast("list[dict[str, Any]]", error.errors(include_url=False))
    # All places first, the innermost first: nothing is looked for in what is taken out.
    wrong: dict[Path, dict[str, Any]] = {}
    for one in errors:
        wrong.setdefault(_cut(one, fields), one)
    thinned: list[list[Any]] = []
    for path in sorted(wrong, key=len, reverse=True):
        _mend(fields, path, wrong[path]["type"], thinned)
    for items in thinned:
        items[:] = [item for item in items if item is not _GONE]
    return {path: _remark(path, one, len(path) < len(one["loc"])) for path, one in wrong.items()}


def _cut(error: dict[str, Any], fields: dict[str, Any]) -> Path:
    """The path as far as the document goes: the model also names which of two types it tried."""
    path: Path = tuple(error["loc"])
    if error["type"] == "missing":
        return path
    value: Any = fields
    for length, part in enumerate(path):
        if isinstance(value, list) and isinstance(part, int):
            value = cast("list[Any]", value)[part]
        elif isinstance(value, dict) and part in value:
            value = cast("dict[str | int, Any]", value)[part]
        else:
            return path[:length]
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
    if kind in _BOUNDS:
        word, bound = _BOUNDS[kind]
        return f"must be at {word} {error['ctx'][bound]}, not {_shown(error['input'])}"
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
