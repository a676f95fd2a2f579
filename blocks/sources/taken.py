"""taken: the entries of a page that make sense, as items; the others are counted."""

from collections.abc import Callable, Iterable
from typing import Any, cast

from pydantic import ValidationError

from gastown.errors import SourceError
from gastown.feedback.item import Item


def taken(
    entries: Iterable[object], made: Callable[[dict[str, Any]], Item | None]
) -> tuple[tuple[Item, ...], int]:
    """Items, and how many entries could not be made one; None from `made` is passed over."""
    items: list[Item] = []
    skipped = 0
    for entry in entries:
        try:
            item = made(cast("dict[str, Any]", entry))
        except (ValidationError, KeyError, TypeError, AttributeError, ValueError, OverflowError):
            skipped += 1
            continue
        items += [item] if item is not None else []
    return tuple(items), skipped


def listed(found: object, place: str) -> list[Any]:
    """A list. Raises SourceError for anything else: then this is not what we asked for."""
    if not isinstance(found, list):
        raise SourceError(f"{place}: answers no list where one should be", retryable=True)
    return cast("list[Any]", found)


def text_of(value: object) -> str:
    """A text that may be missing. Raises TypeError for anything else."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where a text should be")
    return value


def names_in(person: object, *keys: str) -> tuple[str, ...]:
    """Whatever names of a person are told under these keys; nothing of what is no person."""
    told = cast("dict[str, object]", person) if isinstance(person, dict) else {}
    found = (told.get(key) for key in keys)
    return tuple(name for name in found if isinstance(name, str))


def people_in(people: object, *keys: str) -> tuple[str, ...]:
    """The same of a list of people."""
    listed = cast("list[object]", people) if isinstance(people, list) else []
    return tuple(name for one in listed for name in names_in(one, *keys))


def count_of(value: object) -> int:
    """A number that may be missing. Raises TypeError for anything else."""
    if value is None:
        return 0
    if not isinstance(value, int):
        raise TypeError(f"{type(value).__name__} where a number should be")
    return value
