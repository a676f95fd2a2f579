"""Threeway: the laws of merging one value or one set, given what both sides started from. Pure.

Every rule here is symmetrical, and merging its result once more with a side gives the result again.
"""

import json
from collections.abc import Callable, Collection, Hashable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


def pick(
    base: Value, ours: Value, theirs: Value, resolve: Callable[[Value, Value], Value]
) -> tuple[Value, bool]:
    """The value that stands, and whether both sides had changed it (then `resolve` decided)."""
    if theirs in (ours, base):
        return ours, False
    if ours == base:
        return theirs, False
    return resolve(ours, theirs), True


def keys_kept(base: Collection[Key], ours: Collection[Key], theirs: Collection[Key]) -> set[Key]:
    """What both sides have and what either added; what one side took out of the base is gone."""
    had, left, right = set(base), set(ours), set(theirs)
    return (left & right) | (left - had) | (right - had)


def by_text(value: Any) -> str:
    """A text that is the same for equal values, to break ties by."""
    return json.dumps(value, default=_plain, sort_keys=True)


def joined(ours: str, theirs: str) -> str:
    """Both texts; one that holds the other stands for both."""
    if theirs in ours:
        return ours
    if ours in theirs:
        return theirs
    return "\n\n".join(sorted((ours, theirs)))


def first_of(ours: Mapping[Key, Value], theirs: Mapping[Key, Value], key: Key) -> Value:
    """A side's item; where both have one, the one that comes first by its text."""
    found = [side[key] for side in (ours, theirs) if key in side]
    return min(found, key=by_text)


def _plain(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return value.timestamp() if isinstance(value, datetime) else str(value)
