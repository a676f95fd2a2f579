"""Mutate: formulas' texts and documents, changed at random in ways that files go wrong."""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from random import Random
from typing import Any

from gastown.formula.compose import AdviceStep, BondPoint, Branch, Compose, ExpandRule, Hook
from gastown.formula.legs import Input, Leg, Output, Synthesis
from gastown.formula.model import Formula
from gastown.formula.step import Gate, Loop, OnComplete
from gastown.formula.table import Table
from gastown.formula.var import Var

_TABLES: tuple[type[Table], ...] = (
    Formula, AdviceStep, Compose, Gate, Loop, OnComplete, Hook, Branch, ExpandRule, BondPoint, Leg,
    Synthesis, Input, Output, Var,
)  # fmt: skip
KEYS = sorted(
    {"formula", "check", "retry", "Title", "nedes", "x"}
    | {field.alias or name for table in _TABLES for name, field in table.model_fields.items()}
)
# fmt: off
VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 3, 7, 2**31, 2**63, 10**30, 0.5, -0.0, 1e308, "", " ", "a", "*",
    "[", "[a-", "\\", "{", "}}", "{{", "{{x}}", "{{who}}", "{target}", "{target.id}", "{step.id}",
    "{i}", "{item.x}", "{index}", "{{.leg.id}}", "{{range .files}}{{.}}{{end}}", "{{if",
    "{{.a.b.c}}", "all-children", "any-children", "children-of(a)", "children-of(", "output.",
    "output.items", "output.a.b", "1..3", "3..1", "1..{n}", "1..1e9", "0..2^20",
    "2^2^2^2^2^2", "((((1", "1/0",
    "status == closed", "a.status == closed", "children(a).all(status == closed)", "env.HOME == x",
    "file.exists('x')", "steps.closed >= 1", "{{who}} == she", "!{{who}}", "{{who}} > 1", "label:x",
    "type:task", "priority:0-1", "priority:9", "human", "timer", "gh:run", "conditional", "bead",
    "1h30m", "-5m", "9999999d", "vapor", "workflow", "expansion", "aspect", "convoy", "rigs",
    "beads", "assemblies", "things", "one", "twice", "log", "base", "f", "nobody", "(?=x)", "(",
    "a|b", "(a+)+$", "x" * 600, "ü\u2028", "a\nb", "\x00", "a.b", "a[b]", "a b", [], {}, [[]], [{}],
    [""], ["a"], ["s0", "s1"], {"id": "a"}, [{"id": "a"}], [{"id": "a", "needs": ["a"]}],
    {"x": "{{x}}"},
)
# fmt: on
_MARKS = ["[", "]", "{", "}", '"', '"""', "'''", "=", ".", ",", "#", "\n", "\\", "{{", "}}", "\x00"]


def document(random: Random, given: dict[str, Any], others: Sequence[dict[str, Any]]) -> Any:
    """A document with one to five places changed."""
    found: Any = {"": deepcopy(given)}
    for _ in range(random.randint(1, 5)):
        places = list(_places(found))
        holder, key = random.choice(places)
        _change(random, holder, key, others)
    return found.get("", None)


def _change(random: Random, holder: Any, key: Any, others: Sequence[dict[str, Any]]) -> None:
    how = random.randrange(7)
    if how == 0 and isinstance(holder, dict):
        holder[random.choice(KEYS)] = holder.pop(key)
    elif how == 1:
        there, other = random.choice(list(_places(random.choice(others))))
        holder[key] = deepcopy(there[other])
    elif how == 2 and isinstance(holder[key], dict):
        holder[key][random.choice(KEYS)] = deepcopy(random.choice(VALUES))
    elif how == 3 and isinstance(holder[key], list) and holder[key]:
        holder[key].append(deepcopy(random.choice(holder[key])))
    elif how == 4 and isinstance(holder[key], str):
        holder[key] = text(random, holder[key])
    elif how == 5:
        del holder[key]
        if holder == {} or not holder:
            _refill(holder, random)
    else:
        holder[key] = deepcopy(random.choice(VALUES))


def _refill(holder: Any, random: Random) -> None:
    """An empty root would leave nothing to change."""
    if isinstance(holder, dict):
        holder[""] = deepcopy(random.choice(VALUES))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from _places(value[key])


def text(random: Random, given: str) -> str:
    """A text with one to four pieces lost, doubled, moved or put in."""
    for _ in range(random.randint(1, 4)):
        at, end = sorted(random.randint(0, len(given)) for _ in range(2))
        end = min(end, at + random.choice([1, 1, 5, 40]))
        piece = given[at:end]
        to = random.randint(0, len(given))
        given = random.choice(
            [
                given[:at] + given[end:],
                given[:at] + piece + given[at:],
                given[:to] + piece + given[to:],
                given[:to] + random.choice(_MARKS) + given[to:],
                given[:at] + _word(random) + given[end:],
            ]
        )
    return given


def _word(random: Random) -> str:
    value = random.choice(VALUES)
    return random.choice([random.choice(KEYS), json.dumps(value), str(value)])
