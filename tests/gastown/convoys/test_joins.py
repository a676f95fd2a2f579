"""Joins: what closes one, and what it hands on."""

from typing import Any

import pytest

from gastown.convoys.course import Course
from gastown.convoys.joins import Record, grows, joined, output_of
from gastown.errors import FormulaError, StageFailedError
from gastown.formula.outcome import OPEN, Outcome, Outcomes
from gastown.formula.plan import Plan, PlannedLoop, PlannedStep
from gastown.stage import StageResult


def step(key: str, *needs: str, **fields: Any) -> PlannedStep:
    return PlannedStep(key=key, step=key, title=key, needs=needs, **fields)


def looped(until: str) -> Plan:
    loop = PlannedLoop(until=until, max=2, body=(step("work"),))
    works = (step("p.iter1.work"), step("p.iter2.work", "p.iter1.work"))
    join = step("p", *(one.key for one in works), kind="join", loop=loop)
    return Plan(formula="f", digest="d", steps=(*works, join))


def told(ok: object) -> Outcomes:
    return Outcomes({"p.iter2.work": Outcome("closed", {"ok": ok})})


def test_a_loop_whose_condition_holds_is_closed_and_hands_on_its_last_output():
    plan = looped("output.ok == true")

    result = joined(plan, plan.by_key["p"], told(ok=True))

    assert result.summary == "round 2 of at most 2: output.ok == true"
    assert output_of(result) == {"ok": True}


def test_a_loop_that_went_round_as_often_as_it_may_fails_with_its_condition():
    plan = looped("output.ok == true")

    with pytest.raises(StageFailedError, match=r"output.ok == true does not hold after 2 of at m"):
        joined(plan, plan.by_key["p"], told(ok=False))


def test_a_condition_that_cannot_be_told_says_why():
    plan = looped("env.HOME == '/'")

    with pytest.raises(FormulaError, match=r"env\.HOME: this town lets no condition read"):
        joined(plan, plan.by_key["p"], told(ok=True))


def test_a_join_hands_on_the_last_output_of_those_it_needs():
    plan = Plan(
        formula="f", digest="d", steps=(step("a"), step("b"), step("j", "a", "b", kind="join"))
    )
    record = Outcomes({"a": Outcome("closed", {"n": 1})})

    result = joined(plan, plan.by_key["j"], record)

    assert (result.summary, output_of(result)) == ("2 steps done", {"n": 1})
    assert not grows(plan, plan.by_key["j"])
    assert output_of(joined(plan, plan.by_key["j"], Outcomes())) == {}


def test_the_record_of_a_course_is_live_and_shows_outputs_of_closed_steps_alone():
    plan = looped("output.ok == true")
    course, results = Course(plan, {}), {}
    record = Record(course, results)
    assert [outcome.status for outcome in record.values()] == ["open"] * 3
    course.start("p.iter1.work")
    results["p.iter1.work"] = StageResult(summary="", evidence={"output": {"ok": 1}})
    assert record["p.iter1.work"] == Outcome("in_progress")
    course.close("p.iter1.work")

    assert record["p.iter1.work"] == Outcome("closed", {"ok": 1})
    assert Outcomes(record).of("nowhere") == OPEN
