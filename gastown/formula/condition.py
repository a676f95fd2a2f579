"""Conditions: whether a step is part of the plan, decided when it is cooked.

`{{v}}`, `!{{v}}`, `{{v}} == x` and `{{v}} != x`. A name without a value counts as empty text.
"""

import re
from collections.abc import Mapping

from gastown.formula.values import truthy

_NAME = r"\{\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}\}"
_TRUTH = re.compile(rf"\s*(?P<no>!?)\s*{_NAME}\s*")
_COMPARE = re.compile(rf"\s*{_NAME}\s*(?P<op>==|!=)\s*(?P<value>\S.*?)\s*", re.DOTALL)
_QUOTED = re.compile(r"""(["'])(.*)\1""", re.DOTALL)

FORMS = "write {{v}}, !{{v}}, {{v}} == x or {{v}} != x"


def holds(condition: str, values: Mapping[str, str]) -> bool:
    """Whether a condition is true; an empty one is. Raises ValueError for any other form."""
    if not condition.strip():
        return True
    if match := _TRUTH.fullmatch(condition):
        return truthy(values.get(match["name"], "")) != bool(match["no"])
    if match := _COMPARE.fullmatch(condition):
        equal = values.get(match["name"], "") == _unquoted(match["value"])
        return equal == (match["op"] == "==")
    raise ValueError(f"{condition!r} is not a condition: {FORMS}")


def _unquoted(text: str) -> str:
    match = _QUOTED.fullmatch(text)
    return match[2] if match else text
