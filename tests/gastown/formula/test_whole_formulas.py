"""What the grammar makes cooks: the same again and again, without a cycle, with every edge."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings

from gastown.formula.cook import cook
from gastown.formula.growth import grown
from gastown.formula.outcome import Outcome, Outcomes
from gastown.formula.parse import parse_formula
from gastown.formula.plan import Plan
from tests.fuzz.case import run
from tests.gastown.formula.generator import FORMULAS, broken, library, workflows
from tests.gastown.formula.given import TOWN, closure

LIBRARY = library()
VALUES = {"pr": "7"}
ENDS = {"plan", "findings", "refused", "refused to grow"}


def cooked(document: dict[str, Any]) -> Plan:
    values = VALUES if "inputs" in document else {}
    formula = parse_formula(json.dumps(document), "f.formula.json")
    return cook(formula, TOWN, values, LIBRARY)


@settings(max_examples=50, deadline=None)
@given(FORMULAS)
def test_a_whole_formula_cooks_to_the_same_plan_each_time(document: dict[str, Any]):
    plan = cooked(document)

    assert plan == cooked(document)
    seen: set[str] = set()
    for step in plan.steps:
        assert seen.issuperset(step.needs)
        assert step.key not in seen
        seen.add(step.key)


@settings(max_examples=50, deadline=None)
@given(workflows())
def test_no_need_of_the_file_is_missing_from_the_plan(document: dict[str, Any]):
    plan = cooked(document)
    before = closure(plan)
    dropped = {one["id"] for one in document["steps"] if "condition" in one}
    for one in document["steps"]:
        for need in {*one.get("needs", []), *one.get("depends_on", [])} - dropped:
            if one["id"] in dropped or one.get("waits_for") == "any-children":
                continue
            for key in works(plan, one["id"]):
                assert set(works(plan, need)) <= before[key], (one["id"], need, key)


def works(plan: Plan, name: str) -> Iterator[str]:
    """The keys of what a step of the file became: itself, or all that stands in its place."""
    for step in plan.steps:
        root = step.key.split("[")[0]
        if step.kind == "work" and (root == name or root.startswith((f"{name}.", f"{name}-"))):
            yield step.key


@settings(max_examples=40, deadline=None)
@given(workflows())
def test_a_plan_grows_the_same_from_the_same_record_and_not_again(document: dict[str, Any]):
    plan = cooked(document)
    done = Outcome(status="closed", output={"items": [{"name": "x"}, {"name": "y"}], "ok": "no"})
    outcomes = Outcomes({step.key: done for step in plan.steps if step.kind != "join"})

    more = grown(plan, outcomes)

    assert more == grown(plan, outcomes)
    assert grown(more, outcomes) == more
    assert {step.key for step in plan.steps} <= {step.key for step in more.steps}
    assert set(closure(more)) == {step.key for step in more.steps}


@settings(max_examples=60, deadline=None)
@given(broken())
def test_a_broken_formula_ends_in_a_plan_or_in_findings(document: dict[str, Any]):
    text = json.dumps(document)

    assert run(text, "f.formula.json", LIBRARY).word in ENDS
