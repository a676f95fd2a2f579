"""Texts: names in single braces, replaced in every text that a step has."""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from gastown.formula.step import Step
from gastown.formula.table import Table

T = TypeVar("T", bound=Table)

# What stands in double braces is met first, so that nothing inside of it is taken for a name.
_PLACE = re.compile(r"\{\{[A-Za-z_][A-Za-z0-9_]*\}\}|\{([A-Za-z_][\w.-]*)\}")


def place(text: str, values: Mapping[str, str]) -> str:
    """`text` with each known `{name}` replaced, once; `{{name}}` and unknown names stay."""
    if "{" not in text:
        return text
    return _PLACE.sub(lambda match: values.get(match[1] or "", match[0]), text)


def unplaced(text: str) -> list[str]:
    """The names in single braces that a text still has."""
    return [name for name in _PLACE.findall(text) if name]


def retexted(table: T, change: Callable[[str], str]) -> T:
    """A table with every text changed: in its lists and tables too, at any depth, ids and all."""
    fields = {name: getattr(table, name) for name in type(table).model_fields}
    changed = {name: _changed(value, change) for name, value in fields.items()}
    update = {name: value for name, value in changed.items() if value is not fields[name]}
    return table.model_copy(update=update) if update else table


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    """The value itself where nothing in it changes."""
    if not value:
        return value
    if isinstance(value, str):
        text = change(value)
        return value if text == value else text
    if isinstance(value, Table):
        return retexted(value, change)
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        new = {key: _changed(one, change) for key, one in table.items()}
        return table if all(new[key] is table[key] for key in table) else new
    if isinstance(value, list | tuple):
        return _listed(cast("list[Any] | tuple[Any, ...]", value), change)
    return value


def _listed(items: list[Any] | tuple[Any, ...], change: Callable[[str], str]) -> Any:
    new = [_changed(one, change) for one in items]
    if all(one is old for one, old in zip(new, items, strict=True)):
        return items
    return new if isinstance(items, list) else tuple(new)


def about(step: Step, word: str) -> dict[str, str]:
    """What `{word}`, `{word.id}`, `{word.title}` and `{word.description}` say of a step."""
    title = step.title or step.id
    return {
        word: step.id,
        f"{word}.id": step.id,
        f"{word}.title": title,
        f"{word}.description": step.description,
    }
