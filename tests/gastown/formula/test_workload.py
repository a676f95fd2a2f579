"""Workload: what is left of a plan for who reckons with time."""

from typing import Any

from gastown.formula.plan import PlannedStep
from gastown.formula.workload import workload


def step(key: str, *needs: str, **fields: Any) -> PlannedStep:
    return PlannedStep(key=key, step=key, title=key, needs=needs, **fields)


def test_a_plan_of_work_alone_is_its_own_workload():
    steps = (step("a"), step("b", "a"))

    assert workload(steps) == steps


def test_work_needs_the_work_behind_joins_and_gates():
    steps = (
        step("a"),
        step("ask", "a", kind="gate"),
        step("one", "ask"),
        step("two", "ask"),
        step("both", "one", "two", kind="join", members=("one", "two")),
        step("outer", "both", kind="join"),
        step("last", "outer", "a"),
    )

    needs = {one.key: one.needs for one in workload(steps)}

    assert needs == {"a": (), "one": ("a",), "two": ("a",), "last": ("one", "two", "a")}


def test_who_is_content_with_one_member_waits_for_the_first():
    steps = (
        step("one"),
        step("two"),
        step("both", "one", "two", kind="join", members=("one", "two")),
        step("early", any_of="both"),
    )

    assert {one.key: one.needs for one in workload(steps)}["early"] == ("one",)
