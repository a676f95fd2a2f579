"""Names in double braces: which a text uses, and what it says once they have values."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from gastown.formula.compose import Advice, AdviceStep, Compose
from gastown.formula.finding import Path
from gastown.formula.model import Formula
from gastown.formula.placed import placed
from gastown.formula.step import Step

NAME = re.compile(r"\{\{([A-Za-z_][A-Za-z0-9_]*)\}\}")
IN_EXPRESSION = re.compile(r"\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}")
# What stands in double braces is met first, so that nothing inside of it is taken for a name.
_PLACEHOLDER = re.compile(r"\{\{[A-Za-z_][A-Za-z0-9_]*\}\}|\{([A-Za-z_][\w.-]*)\}")
_PROSE = ("title", "description", "notes", "acceptance", "design", "type", "assignee", "role")
_GATE = ("type", "id", "await_id", "timeout")

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


def texts(step: Step) -> Iterator[tuple[Path, str]]:
    """Every text of a step in which names are replaced, with its key within the step."""
    for key in _PROSE:
        yield (key,), getattr(step, key)
    yield from ((("labels",), label) for label in step.labels)
    yield from ((("metadata",), text) for text in _strings(step.metadata))
    yield from ((("expand_vars", name), text) for name, text in step.expand_vars.items())
    if step.gate:
        yield from ((("gate", key), getattr(step.gate, key)) for key in _GATE)
    if step.on_complete:
        yield ("on_complete", "bond"), step.on_complete.bond
        named = step.on_complete.vars.items()
        yield from ((("on_complete", "vars", name), text) for name, text in named)


def expressions(step: Step) -> Iterator[tuple[Path, str]]:
    """The numbers of a step's loop that are written as text, with their keys."""
    if step.loop:
        for key in ("count", "range", "max"):
            if isinstance(text := getattr(step.loop, key), str):
                yield ("loop", key), text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        inside = cast("dict[str, Any] | list[Any]", value)
        for one in inside.values() if isinstance(inside, dict) else inside:
            yield from _strings(one)


def used_in(formula: Formula) -> frozenset[str]:
    """Every name that a formula's texts, conditions, fan-outs and loops use."""
    found: set[str] = set(used(formula.description))
    for one in placed(formula):
        found.update(_used_in_step(one.step))
    for rule in formula.advice:
        for _, step in advised(rule):
            found.update(_used_in_step(step))
    for text in _rules(formula.compose):
        found.update(used(text))
    return frozenset(found)


def advised(rule: Advice) -> Iterator[tuple[Path, AdviceStep]]:
    """The steps that advice inserts, in the order in which they will stand, with their paths."""
    around = rule.around
    lists = (
        (("before",), rule.before),
        (("around", "before"), around.before),
        (("after",), rule.after),
        (("around", "after"), around.after),
    )
    for path, steps in lists:
        yield from (((*path, at), step) for at, step in enumerate(steps))


def _rules(compose: Compose) -> Iterator[str]:
    for rule in (*compose.expand, *compose.map, *compose.hooks):
        yield from rule.vars.values()
    yield from (gate.condition for gate in compose.gate)


def _used_in_step(step: Step) -> Iterable[str]:
    for _, text in texts(step):
        yield from used(text)
    for _, text in expressions(step):
        yield from IN_EXPRESSION.findall(text)
    yield from used(step.condition)
    if step.loop:
        yield from used(step.loop.until)
    if step.each:
        yield step.each


def placeholders(text: str) -> list[str]:
    """The names in single braces that a text has: `{target.id}`, `{item}`, a loop's `{i}`."""
    return [name for name in _PLACEHOLDER.findall(text) if name] if "{" in text else []
