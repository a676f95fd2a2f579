"""Shape: a parsed document against the model: right keys, right types, said in a file's terms.

What is wrong is taken out after it is noted, so that the rest can still be checked.
"""

import reprlib
from collections.abc import Iterator
from typing import Any, cast

from pydantic import ValidationError

from gastown.formula.finding import Path, Remark
from gastown.formula.keys import TOP, UNSUPPORTED_STEP, UNSUPPORTED_TYPES, stranger
from gastown.formula.model import Formula

_WANTED = {
    "string_type": "text",
    "string_unicode": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a table",
    "model_type": "a table",
}
_TABLES = ("steps", "vars")


def shape(data: dict[str, Any], source: str, digest: str) -> tuple[Formula, list[Remark]]:
    """The formula that the document's sound parts say, and what is wrong with the others."""
    remarks = [Remark((key,), stranger(key, "")) for key in data if key not in TOP]
    fields = {key: value for key, value in data.items() if key in TOP}
    if fields.get("type") == "":
        del fields["type"]
    if fields.get("type") in sorted(UNSUPPORTED_TYPES):
        remarks.append(Remark(("type",), _type_message(fields.pop("type"))))
    remarks += _early(fields.get("steps"))
    fields |= {"name": fields.pop("formula", None), "source": source, "digest": digest}
    while True:
        try:
            return Formula.model_validate(fields), remarks
        except ValidationError as error:
            for one in error.errors(include_url=False):
                remarks.append(_remark(cast("dict[str, Any]", one)))
                _mend(fields, one["loc"])


def _early(steps: Any) -> Iterator[Remark]:
    """Take out what the model has, but nobody acts on yet."""
    for place, step in enumerate(cast("list[Any]", steps) if isinstance(steps, list) else []):
        table = cast("dict[str, Any]", step) if isinstance(step, dict) else dict[str, Any]()
        for key in UNSUPPORTED_STEP & table.keys():
            del table[key]
            yield Remark(("steps", place, key), stranger(key, "steps"))


def _remark(error: dict[str, Any]) -> Remark:
    path: Path = tuple(error["loc"])
    if path[0] == "name":
        return Remark(("formula",), 'every formula has a name: formula = "…"')
    return Remark(path, _message(error, path))


def _message(error: dict[str, Any], path: Path) -> str:
    kind = error["type"]
    if kind in _WANTED:
        return f"must be {_WANTED[kind]}, not {_named(error['input'])}"
    if kind == "extra_forbidden":
        return stranger(str(path[-1]), str(path[0]))
    if path == ("type",):
        return _type_message(error["input"])
    if kind == "missing":
        return "is missing"
    return str(error["msg"]).removeprefix("Value error, ")


def _type_message(written: Any) -> str:
    if isinstance(written, str) and written in UNSUPPORTED_TYPES:
        return f"the type {written!r} is part of the format, but not supported yet"
    return f"the type is {_named(written)}; a formula here is a workflow"


def _named(value: Any) -> str:
    """A value as a finding shows it: short, and with the type visible."""
    return reprlib.repr(value)


def _mend(fields: dict[str, Any], path: tuple[int | str, ...]) -> None:
    """Take out what is wrong, or put in the least that is right."""
    if path[0] == "name":
        fields["name"] = "unnamed"
    elif len(path) == 1:
        fields.pop(str(path[0]), None)
    elif path[0] in _TABLES:
        _mend_table(fields[str(path[0])], path)


def _mend_table(tables: Any, path: tuple[int | str, ...]) -> None:
    """A step keeps its place, so that the places of those after it stay what they are."""
    name, inner = path[1], path[2:3]
    needed = {"id": f"steps[{name}]"} if path[0] == "steps" else dict[str, str]()
    if not inner:
        tables[name] = needed
        return
    tables[name].pop(inner[0], None)
    if inner[0] in needed:
        tables[name] |= needed
