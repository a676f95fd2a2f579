"""Plans cooked from the text of a file, for the tests of what a file may say."""

import pytest

from gastown.errors import FormulaError
from gastown.formula.cook import cook
from gastown.formula.library import Frozen
from gastown.formula.model import Formula
from gastown.formula.parse import parse_formula
from gastown.formula.plan import Plan, Scope

RIG = Scope(convoy="hq-cv-1", rigs=("api",))


def read(text: str, name: str = "f") -> Formula:
    """The formula of a file's text, less its first line."""
    return parse_formula(f'formula = "{name}"\n{text}', f"{name}.formula.toml")


def shelf(**texts: str) -> Frozen:
    """Formulas that others may name."""
    return Frozen({name: read(text, name) for name, text in texts.items()})


def baked(text: str, library: Frozen | None = None, scope: Scope = RIG, **values: str) -> Plan:
    """The plan of a file's text."""
    return cook(read(text), scope, values, library or Frozen())


def refused(text: str, library: Frozen | None = None, scope: Scope = RIG, **values: str) -> str:
    """Why a file's text can't be cooked."""
    with pytest.raises(FormulaError) as error:
        baked(text, library, scope, **values)
    return str(error.value)


def needs(plan: Plan) -> dict[str, tuple[str, ...]]:
    """What each step needs, in the order of the plan."""
    return {step.key: step.needs for step in plan.steps}
