"""What lint says of a formula written as TOML, without the head that every one has."""

import json
from collections.abc import Mapping

from gastown.formula.library import Frozen
from gastown.formula.lint import lint
from gastown.formula.parse import parse_formula


def findings(text: str, **others: Mapping[str, object]) -> list[tuple[str, str, str, str]]:
    """(severity, key, message, elsewhere) of each finding; `others` are formulas by name."""
    known = {
        name: parse_formula(json.dumps({"formula": name, **one}), f"{name}.formula.json")
        for name, one in others.items()
    }
    found = lint(f'formula = "f"\n{text}', "f.toml", ("polecat",), Frozen(known))
    return [(one.severity, one.key, one.message, one.elsewhere) for one in found]


def odd(text: str, **others: Mapping[str, object]) -> dict[str, str]:
    """What is wrong or odd, by key; notes on other tools have tests of their own."""
    return {
        key: message for severity, key, message, _ in findings(text, **others) if severity != "note"
    }


def elsewhere(text: str, **others: Mapping[str, object]) -> dict[str, str]:
    """What other tools do, by key."""
    found: dict[str, str] = {}
    for _, key, _, there in findings(text, **others):
        if there:
            found[key] = f"{found[key]}; {there}" if key in found else there
    return found


def step(*lines: str) -> str:
    return "\n".join(["[[steps]]", 'id = "a"', 'title = "t"', *lines])


def after(*lines: str) -> str:
    return "\n".join(["[[steps]]", 'id = "b"', 'title = "t"', 'needs = ["a"]', *lines])
