"""Tidy: a document's tables with just the keys that the model has, spelled as the model does.

What is not a table where one belongs stays as it is, for the model to refuse.
"""

from collections.abc import Mapping
from typing import Any, cast

from gastown.formula.compose import AdviceStep
from gastown.formula.finding import Path, Remark
from gastown.formula.keys import Slot, key_for, respelled, slots, stranger
from gastown.formula.model import Formula
from gastown.formula.table import Table

# Deeper tables are a mistake, and would end in Python's own recursion limit further on.
_DEPTH = 40
# What TOML and JSON hold elsewhere; Python would not even write one with many more digits.
_INTEGERS = 2**63


def tidied(data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Remark]]:
    """The document by the model's keys, in new tables, and what is odd about those written."""
    tidy = _Tidy()
    return tidy.table(data, Formula, ()), tidy.remarks


class _Tidy:
    def __init__(self) -> None:
        self.remarks: list[Remark] = []

    def table(self, data: Mapping[str, Any], model: type[Table], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for written, value in data.items():
            key = key_for(written, model)
            if key is None:
                self.remarks.append(stranger(path, written, model))
            elif key in found:
                message = f"means the same as {key}, which is written here too"
                self.remarks.append(Remark((*path, written), message))
            elif isinstance(value, int) and abs(value) >= _INTEGERS:
                self.remarks.append(Remark((*path, key), "is too large a number"))
            elif value is not None:  # JSON's null says nothing
                if spelling := respelled(path, written, key):
                    self.remarks.append(spelling)
                found[key] = self._value(value, slots(model)[key], (*path, key))
        return found

    def _value(self, value: Any, slot: Slot, path: Path) -> Any:
        if slot.kind == "list" and issubclass(slot.model, AdviceStep) and isinstance(value, dict):
            value = [cast("dict[str, Any]", value)]  # as elsewhere, where advice is a single step
        if slot.kind == "list" and isinstance(value, list):
            items = cast("list[Any]", value)
            return [self._inner(one, slot.model, (*path, at)) for at, one in enumerate(items)]
        if slot.kind == "named" and isinstance(value, dict):
            named = cast("dict[str, Any]", value)
            return {
                name: self._inner(one, slot.model, (*path, name)) for name, one in named.items()
            }
        if slot.kind == "table":
            return self._inner(value, slot.model, path)
        return list(cast("list[Any]", value)) if isinstance(value, list) else value

    def _inner(self, value: Any, model: type[Table], path: Path) -> Any:
        if not isinstance(value, dict):
            return value
        if len(path) > _DEPTH:
            self.remarks.append(Remark(path, "tables are nested too deeply; this is left out"))
            return {}
        return self.table(cast("dict[str, Any]", value), model, path)
