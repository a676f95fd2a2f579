"""Case: everything that is done with a formula's text must end in a plan or in findings."""

from dataclasses import dataclass
from typing import Any

from gastown.convoys.course import check_growth
from gastown.errors import GasTownError
from gastown.formula.cook import cook
from gastown.formula.growth import grown
from gastown.formula.library import Library
from gastown.formula.lint import lint
from gastown.formula.model import Formula
from gastown.formula.outcome import Outcome, Outcomes
from gastown.formula.parse import parse
from gastown.formula.plan import Plan
from gastown.formula.written import written
from tests.gastown.formula.given import TOWN

ITEMS: dict[str, Any] = {"items": [{"name": "x"}, "y", 3], "a": {"b": []}, "ok": "no"}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a case ended: how often each way, in a word."""

    word: str


def run(text: str, source: str, library: Library) -> Ended:
    """Lint, print, cook and grow. Raises AssertionError where a law is broken, and any crash."""
    found = lint(text, source, ("polecat",), library)
    parsed = parse(text, source)
    _fixpoint(parsed.formula)
    errors = [one for one in parsed.findings if one.severity == "error"]
    assert set(errors) <= set(found), "lint says less than parse"
    if errors:
        return Ended("findings")
    values = {name: _value(var) for name, var in parsed.formula.vars.items() if var.required}
    try:
        plan = cook(parsed.formula, TOWN, values, library)
    except GasTownError:
        return Ended("refused")
    assert plan == cook(parsed.formula, TOWN, values, library), "cooks otherwise the second time"
    assert Plan.model_validate_json(plan.model_dump_json()) == plan, "is lost on its way"
    _sound(plan)
    return _grow(plan)


def _value(var: Any) -> str:
    return var.enum[0] if var.enum else "7"


def _fixpoint(formula: Formula) -> None:
    bare = formula.model_copy(update={"source": "", "digest": ""})
    for form in ("toml", "json"):
        again = parse(written(formula, form), f"f.{form}").formula
        same = again.model_copy(update={"source": "", "digest": ""})
        assert same == bare, f"prints as another formula: {form}"


def _sound(plan: Plan) -> None:
    seen: set[str] = set()
    for step in plan.steps:
        assert step.key not in seen, f"{step.key} is there twice"
        assert seen.issuperset(step.needs), f"{step.key} stands before what it needs"
        seen.add(step.key)


def _grow(plan: Plan) -> Ended:
    done = Outcome(status="closed", output=ITEMS)
    for _ in range(3):
        outcomes = Outcomes({one.key: done for one in plan.steps if one.kind != "join"})
        try:
            more = grown(plan, outcomes)
        except GasTownError:
            return Ended("refused to grow")
        check_growth(plan, more)
        _sound(more)
        if more == plan:
            break
        plan = more
    return Ended("plan")
