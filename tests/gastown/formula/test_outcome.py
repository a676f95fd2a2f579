"""Outcome: which conditions hold of a record."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import FormulaError
from gastown.formula.outcome import (
    Outcome,
    Outcomes,
    at_step,
    compare,
    holds,
    in_loop,
    iteration,
    until_holds,
    variables,
)
from gastown.formula.plan import Plan, PlannedLoop, PlannedStep
from gastown.formula.question import Op


def step(key: str, **fields: Any) -> PlannedStep:
    return PlannedStep(key=key, step=fields.pop("step", key), title=key, **fields)


PLAN = Plan(
    formula="f",
    digest="d",
    steps=(
        step("build"),
        step("work[a]", step="work"),
        step("work[b]", step="work"),
        step("epic.one", parent="epic"),
        step("epic.sub.x", parent="epic.sub"),
        step(
            "epic.sub", kind="join", needs=("epic.sub.x",), parent="epic", members=("epic.sub.x",)
        ),
        step("epic", kind="join", needs=("epic.one", "epic.sub"), members=("epic.one", "epic.sub")),
    ),
)
DONE = Outcome("closed")


def asked(condition: str, **steps: Outcome) -> bool:
    return asked_at("", condition, **steps)


def asked_at(key: str, condition: str, **steps: Outcome) -> bool:
    return holds(condition, PLAN, Outcomes(steps), at_step(key))


def test_a_step_without_a_record_is_open():
    assert asked("build.status == pending")
    assert asked("build.status == closed", build=DONE)
    assert not asked("build.status != done", build=DONE)


def test_output_is_looked_up_by_its_path_and_compared_as_number_or_text():
    out = Outcome("closed", {"left": 10, "ok": True, "who": {"name": "ann"}, "all": [{"id": 7}]})

    assert asked("build.output.left > 9", build=out)
    assert asked("build.output.ok == true", build=out)
    assert asked("build.output.who.name == 'ann'", build=out)
    assert asked("build.output.all.0.id == 7.0", build=out)
    assert asked('build.output.who == \'{"name":"ann"}\'', build=out)


@pytest.mark.parametrize("path", ["none", "left.deeper", "all.3"])
def test_what_is_not_there_equals_the_empty_text_alone(path: str):
    out = Outcome("closed", {"left": 1, "all": []})

    assert asked(f"build.output.{path} == ''", build=out)
    assert asked(f"build.output.{path} != 'x'", build=out)
    assert not asked(f"build.output.{path} != ''", build=out)
    assert not asked(f"build.output.{path} < 5", build=out)
    assert not asked(f"build.output.{path} > 5", build=out)


def test_groups_are_members_all_below_or_steps_by_their_name():
    done: dict[str, Outcome] = {"epic.one": DONE, "work[a]": DONE}

    assert not asked("children(epic).all(status == closed)", **done)
    assert asked("children(epic).any(status == closed)", **done)
    assert asked("descendants(epic).count(status == open) == 2", **done)
    assert asked("steps(work).count(status == closed) == 1", **done)
    assert asked("steps(work[b]).all(status == open)", **done)
    assert asked("steps(work*).count(status == closed)", **done)
    assert asked("children(build).all(status == closed)")  # of nothing, all is true
    assert not asked("children(build).any(status == closed)")


def test_steps_are_tallied_without_joins():
    assert asked("steps.open == 5")
    assert asked("steps.closed == 1", build=DONE)


def test_step_is_where_the_condition_stands_and_ids_are_looked_for_near_by_first():
    assert asked_at("build", "status == closed", build=DONE)
    assert asked_at("epic.sub", "one.status == closed", **{"epic.one": DONE})
    with pytest.raises(FormulaError, match="stands at no step"):
        asked("status == closed")


def test_a_step_that_is_none_or_several_is_told():
    with pytest.raises(FormulaError, match="'biuld', which the plan has not"):
        asked("biuld.status == closed")
    with pytest.raises(FormulaError, match=r"2 steps \(work\[a\], work\[b\] …\)"):
        asked("work.status == closed")


def test_files_and_variables_are_asked_of_the_caller():
    found = Outcomes(exists={"go.mod"}.__contains__, env=variables({"CI": "1"}, ["CI", "OS"]))

    assert holds("file.exists('go.mod')", PLAN, found)
    assert not holds("file.exists('x')", PLAN, found)
    assert holds("env.CI == 1", PLAN, found)
    assert holds("env.OS == ''", PLAN, found)


@pytest.mark.parametrize("name", ["HOME", "GITHUB_TOKEN", "OPENAI_API_KEY", "db_password"])
def test_a_variable_that_is_not_allowed_or_a_secret_is_refused(name: str):
    env = variables({name: "x"}, [] if name == "HOME" else [name])

    with pytest.raises(FormulaError, match=f"env.{name}: conditions"):
        holds(f"env.{name} == 'x'", PLAN, Outcomes(env=env))
    with pytest.raises(FormulaError, match="lets no condition read"):
        holds(f"env.{name} == 'x'", PLAN, Outcomes())


LOOP = PlannedLoop(until="output.ok == true", max=3, body=(step("work"), step("check")))


def looped(count: int) -> Plan:
    body = [
        step(f"a.polish.iter{n}.{key}", step=key, parent="a.polish")
        for n in range(1, count + 1)
        for key in ("work", "check")
    ]
    join = step("a.polish", kind="join", needs=(body[-1].key,), parent="a", loop=LOOP)
    return Plan(formula="f", digest="d", steps=(*body, join, step("a", kind="join")))


def test_an_until_loop_is_asked_at_the_last_step_of_its_newest_round():
    plan = looped(11)
    join = plan.by_key["a.polish"]
    first, last = (Outcome("closed", {"ok": ok}) for ok in (True, False))
    record = {"a.polish.iter1.check": first, "a.polish.iter11.check": last}

    assert iteration(plan, "a.polish") == 11
    assert in_loop(plan, join).current == "a.polish.iter11.check"
    assert not until_holds(plan, join, Outcomes(record))
    assert until_holds(plan, join, Outcomes({**record, "a.polish.iter11.check": first}))
    assert holds("work.status == open", plan, Outcomes(), in_loop(plan, join))


OPS: list[Op] = ["==", "!=", "<", "<=", ">", ">="]


@settings(max_examples=200, deadline=None)
@given(st.integers(), st.integers())
def test_numbers_are_compared_as_numbers(left: int, right: int):
    wanted = [
        left == right,
        left != right,
        left < right,
        left <= right,
        left > right,
        left >= right,
    ]
    assert [compare(str(left), op, str(right)) for op in OPS] == wanted


@settings(max_examples=200, deadline=None)
@given(st.none() | st.text(max_size=5), st.text(max_size=5))
def test_each_comparison_has_one_answer_and_its_contrary(left: str | None, right: str):
    assert compare(left, "==", right) != compare(left, "!=", right)
    if left is not None:
        assert compare(left, "<", right) != compare(left, ">=", right)
        assert compare(left, ">", right) != compare(left, "<=", right)
