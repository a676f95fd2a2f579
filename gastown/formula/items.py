"""Items: what a step's output gives a fan-out to work on."""

from collections.abc import Mapping
from typing import Any, cast

from gastown.formula.plan import PlannedFanOut

MOST = 500
"""Items of one fan-out; more is taken for a mistake of the model."""


def items_of(fan_out: PlannedFanOut, output: Mapping[str, Any]) -> list[Any]:
    """The list at the fan-out's path. Raises ValueError, in words for the step's agent."""
    path = fan_out.for_each
    found: Any = output
    for key in path.split("."):
        table = cast("Mapping[str, Any]", found) if isinstance(found, Mapping) else None
        if table is None or key not in table:
            raise ValueError(f"the output has no {path!r}; report it as a list, [] for none")
        found = table[key]
    if not isinstance(found, list | tuple):
        kind = type(cast("object", found)).__name__
        raise ValueError(f"{path!r} in the output is {kind}, not a list")  # noqa: TRY004 - a text
    items = list(cast("list[Any]", found))
    if len(items) > MOST:
        raise ValueError(f"{path!r} has {len(items)} items; at most {MOST}")
    return items
