"""Leg choice: which legs of a formula run, by the variables `preset` and `legs`."""

from collections.abc import Mapping
from typing import Any

from gastown.formula.inputs import LEGS, PRESET, variables
from gastown.formula.legs import Leg
from gastown.formula.model import Formula
from gastown.formula.values import items, text_of
from gastown.formula.vars import nearest


def chosen(formula: Formula, values: Mapping[str, Any]) -> tuple[Leg, ...]:
    """The legs to run, in the formula's order; all of them if nothing is chosen.

    Raises:
        ValueError: Preset or leg do not exist, or both are given.
    """
    preset, legs = _value(formula, values, PRESET), items(_value(formula, values, LEGS))
    if values.get(PRESET) and values.get(LEGS):
        raise ValueError("preset and legs are both given; the one is a short word for the other")
    if values.get(LEGS) or not preset or not formula.presets:
        return _named(formula, legs, "legs")
    if preset not in formula.presets:
        known = ", ".join(formula.presets)
        raise ValueError(
            f"no preset {preset!r}; there are {known}{nearest(preset, formula.presets)}"
        )
    return _named(formula, formula.presets[preset].legs, f"presets.{preset}")


def _value(formula: Formula, values: Mapping[str, Any], name: str) -> str:
    var = variables(formula).get(name)
    return text_of(values.get(name) or "") or (var.default or "" if var else "")


def _named(formula: Formula, names: tuple[str, ...], place: str) -> tuple[Leg, ...]:
    ids = {leg.id for leg in formula.legs}
    if strangers := [name for name in names if name not in ids]:
        said = ", ".join(f"no leg {name!r}{nearest(name, ids)}" for name in strangers)
        raise ValueError(f"{place}: {said}; there are {', '.join(leg.id for leg in formula.legs)}")
    return tuple(leg for leg in formula.legs if not names or leg.id in names)
