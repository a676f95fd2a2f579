"""What `check` says of a formula written as TOML, without the head that every one has."""

import tomllib

from gastown.formula.check import check
from gastown.formula.locate import key_of
from gastown.formula.shape import shape


def said(text: str) -> dict[str, str]:
    formula, remarks = shape(tomllib.loads(f'formula = "f"\n{text}'), "f.toml", "")
    assert [one for one in remarks if one.severity == "error"] == []
    return {key_of(one.path, formula): one.message for one in check(formula)}


def step(*lines: str) -> str:
    return "\n".join(["[[steps]]", 'id = "a"', *lines])
