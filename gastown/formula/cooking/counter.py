"""Counter: `{name}` in every text of a step, told as the number of a loop's round."""

import re
from collections.abc import Callable
from typing import Any, TypeVar, cast

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)

# Names of steps and of what they stand for; they are told apart by the round in other ways.
# fmt: off
_NAMES = frozenset({
    "id", "key", "step", "needs", "depends_on", "waits_for", "each", "kind", "parent", "members",
    "any_of", "rig", "bead", "assembly", "item", "var", "join",
})
# fmt: on


def counted(table: T, var: str, number: int) -> T:
    """The table with every `{var}` told as the number, at any depth; `{{var}}` is another name."""
    if not var:
        return table
    pattern = re.compile(rf"(?<!\{{)\{{{re.escape(var)}\}}(?!\}})")
    return _told(table, lambda text: pattern.sub(str(number), text))


def _told(table: T, tell: Callable[[str], str]) -> T:
    fields = {
        key: new
        for key, value in table.__dict__.items()
        if value and key not in _NAMES and (new := _value(value, tell)) is not value
    }
    return table.model_copy(update=fields) if fields else table


def _value(value: Any, tell: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return tell(value) if "{" in value else value
    if isinstance(value, BaseModel):
        return _told(value, tell)
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        return {key: _value(one, tell) for key, one in table.items()}
    if isinstance(value, tuple | list):
        items = cast("list[Any]", value)
        return type(items)(_value(one, tell) for one in items)
    return value
