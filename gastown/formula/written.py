"""Written: a formula as the text of a file, TOML or JSON, that says the same when it is read.

What a file did not say is not written either: a key that stands in a template with its default
goes before what the target says. Remarks, and how a thing was written, are lost.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Literal, cast

from gastown.formula.compose import Advice
from gastown.formula.lenient import kind_of
from gastown.formula.model import Formula
from gastown.formula.table import Table
from gastown.formula.var import Var

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_ESCAPED = re.compile(r'[\x00-\x1f\x7f"\\]')
# In a text of several lines the line's end and single quotes stay as they are.
_ESCAPED_IN_LINES = re.compile(r'[\x00-\x09\x0b-\x1f\x7f\\]|"(?="")|"$')


def written(formula: Formula, form: Literal["toml", "json"] = "toml") -> str:
    """The formula's text; parsed again it gives the same formula, but for source and digest."""
    told = document(formula)
    if form == "json":
        return json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    return "\n".join(_lines(told, ())).strip("\n") + "\n"


def document(formula: Formula) -> dict[str, Any]:
    """The formula as the tables and lists of a file, by the keys of a file."""
    told = _table(formula)
    told = {key: value for key, value in told.items() if key not in {"source", "digest", "name"}}
    kind = {} if "type" in told or kind_of(told) == formula.type else {"type": formula.type}
    return {"formula": formula.name, **kind, **told}


def _table(table: Table) -> dict[str, Any]:
    said = table.model_fields_set
    if isinstance(table, Var) and table.type == "string":
        said = said - {"type"}  # it was not said, but read off the default
    values = ((field.alias or name, getattr(table, name)) for name, field in _fields(table, said))
    told = {key: _value(value) for key, value in values if value is not None}
    if isinstance(table, Advice):  # one step as a table is what other tools read too
        told |= {key: told[key][0] for key in ("before", "after") if len(told.get(key, ())) == 1}
    return told


def _fields(table: Table, said: set[str]) -> Iterator[tuple[str, Any]]:
    yield from ((name, one) for name, one in type(table).model_fields.items() if name in said)


def _value(value: Any) -> Any:
    if isinstance(value, Table):
        return _table(value)
    if isinstance(value, tuple | list):
        return [_value(one) for one in cast("tuple[Any, ...]", value)]
    if isinstance(value, dict):
        return {key: _value(one) for key, one in cast("dict[str, Any]", value).items()}
    return value


def _lines(table: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Plain keys first: what stands below the head of an inner table belongs to that."""
    inner = {key: value for key, value in table.items() if _has_head(key, value)}
    for key, value in table.items():
        if key not in inner:
            yield f"{_key(key)} = {_inline(value)}"
    for key, value in sorted(
        inner.items(), key=lambda one: bool(path) and isinstance(one[1], list)
    ):
        here = (*path, key)
        name = ".".join(map(_key, here))
        if isinstance(value, list):
            for one in cast("list[dict[str, Any]]", value):
                yield from ("", f"[[{name}]]", *_lines(one, here))
        else:
            heads = all(_has_head(inside, one) for inside, one in value.items())
            yield from (() if heads else ("", f"[{name}]"))
            yield from _lines(value, here)


_FREE = frozenset({"metadata", "args", "output", "expand_vars"})
_WIDE = 80


def _has_head(key: str, value: Any) -> bool:
    """Whether a value is written below a head of its own; short free tables stay in their line."""
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        return bool(table) and (key not in _FREE or len(_inline(table)) > _WIDE)
    listed = cast("list[Any]", value) if isinstance(value, list) else []
    return bool(listed) and all(isinstance(one, dict) for one in listed)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _quoted(key)


def _inline(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_flat, cast('list[Any]', value)))}]"
    if isinstance(value, dict):
        return _flat(cast("dict[str, Any]", value))
    return repr(value)


def _flat(value: Any) -> str:
    """The same within a list or a table, which is one line."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, dict):
        pairs = cast("dict[str, Any]", value).items()
        return f"{{{', '.join(f'{_key(key)} = {_flat(one)}' for key, one in pairs)}}}"
    return _inline(value)


def _text(text: str) -> str:
    if "\n" not in text:
        return _quoted(text)
    return f'"""\n{_ESCAPED_IN_LINES.sub(_escape, text)}"""'


def _quoted(text: str) -> str:
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return _SHORT.get(char, f"\\u{ord(char):04x}")
