"""Names in double braces: which a text uses, and what it says once they have values."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from gastown.formula.model import Formula
from gastown.formula.step import Step

NAME = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}")

# Bound by `each` (and `convoy` by the scope), so no formula has to declare them.
BINDINGS = ("rig", "bead", "bead_title", "assembly", "item", "convoy")

# Words of template languages that occur in prose for agents; never a variable's name by mistake.
# fmt: off
TEMPLATE_WORDS = frozenset({
    "else", "this", "root", "index", "key", "first", "last", "end", "range", "with", "block",
    "define", "template", "nil",
})
# fmt: on


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with each known `{{name}}` replaced, once; an unknown one stays as it is."""
    if "{{" not in text:
        return text
    return NAME.sub(lambda match: values.get(match[1], match[0]), text)


def fill_all(value: Any, values: Mapping[str, str]) -> Any:
    """The same for every text inside tables and lists; their keys stay."""
    if isinstance(value, str):
        return fill(value, values)
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        return {key: fill_all(one, values) for key, one in table.items()}
    if isinstance(value, list):
        return [fill_all(one, values) for one in cast("list[Any]", value)]
    return value


def used(text: str) -> list[str]:
    """The names a text uses."""
    return NAME.findall(text) if "{{" in text else []


def texts(step: Step) -> Iterator[tuple[str, str]]:
    """Every text of a step in which names are replaced, with its key."""
    for key in ("title", "description", "notes", "acceptance", "type", "assignee", "role"):
        yield key, getattr(step, key)
    for label in step.labels:
        yield "labels", label
    for text in _strings(step.metadata):
        yield "metadata", text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        inside = cast("dict[str, Any] | list[Any]", value)
        for one in inside.values() if isinstance(inside, dict) else inside:
            yield from _strings(one)


def used_in(formula: Formula) -> frozenset[str]:
    """Every name that a formula's texts, conditions and fan-outs use."""
    found: set[str] = set(used(formula.description))
    for step in formula.steps:
        found.update(_used_in_step(step))
    return frozenset(found)


def _used_in_step(step: Step) -> Iterable[str]:
    for _, text in texts(step):
        yield from used(text)
    yield from used(step.condition)
    if step.each:
        yield step.each
