"""Table: what every table of a formula file has in common."""

import math
from datetime import date, time
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict


class Table(BaseModel):
    """A value; a key that it has not is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# Deeper metadata is a mistake, and would end in Python's own recursion limit further on.
_DEPTH = 20
# What TOML, JSON and SQLite all hold; Python would not even write one with many more digits.
_INTEGERS = 2**63


def _plain_table(table: dict[str, Any]) -> dict[str, Any]:
    """A table as JSON and TOML can hold it: dates become text; nulls and no numbers are refused."""
    return _plain(table, _DEPTH)


def _plain(value: Any, depth: int) -> Any:
    if not depth:
        raise ValueError(f"nested more than {_DEPTH} deep")
    if isinstance(value, dict):
        table = cast("dict[str, Any]", value)
        return {key: _plain(one, depth - 1) for key, one in table.items() if one is not None}
    if isinstance(value, list):
        return [_plain(one, depth - 1) for one in cast("list[Any]", value)]
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("JSON has no nan and no inf")
    if value is None:
        raise ValueError("null is no item of a list; leave it out")
    if isinstance(value, int) and abs(value) >= _INTEGERS:
        raise ValueError("a whole number of more than 64 bits; write it as text")
    return value


def _joined(written: Any) -> Any:
    """A list of lines as the text of a list; anything else as it is."""
    if isinstance(written, list):
        lines = cast("list[Any]", written)
        if all(isinstance(line, str) for line in lines):
            return "\n".join(f"- {line}" for line in lines)
    return cast("Any", written)


Metadata = Annotated[dict[str, Any], AfterValidator(_plain_table)]
"""Free keys, as JSON can hold them."""

Prose = Annotated[str, BeforeValidator(_joined)]
"""Text that a file may also write as a list of lines."""
