"""Course: joins, gates, who is content with one of several, and plans that grow."""

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.convoys.course import Course, Mark
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from tests.gastown.convoys.courses import end, keys, run


def step(key: str, *needs: str, **fields: Any) -> PlannedStep:
    return PlannedStep(key=key, step=key, title=key, needs=needs, **fields)


def join(key: str, *needs: str, **fields: Any) -> PlannedStep:
    return step(key, *needs, kind="join", members=needs, **fields)


def gate(key: str, *needs: str) -> PlannedStep:
    return step(key, *needs, kind="gate", gate=PlannedGate(type="human"))


def made(*steps: PlannedStep) -> Plan:
    return Plan(formula="f", digest="d", steps=steps)


def test_a_gate_is_never_ready_but_gated_from_when_its_needs_close_until_it_opens():
    course = Course(made(step("a"), gate("ask", "a"), step("b", "ask")), {})
    assert (course.status("ask"), course.gates()) == ("waiting", [])
    run(course, "a")

    assert (keys(course), course.running, course.held) == ([], (), ())
    assert [one.key for one in course.gates()] == ["ask"]
    with pytest.raises(KeyError):
        course.start("ask")
    course.close("ask")
    assert (keys(course), course.gates()) == (["b"], [])


def test_a_gate_that_will_never_open_fails_and_holds_what_needs_it():
    course = Course(made(gate("ask"), step("b", "ask"), step("c")), {})
    course.fail("ask", "no")

    assert (course.errors, course.held) == ({"ask": "no"}, ("b",))
    assert keys(course) == ["c"]


def test_what_waits_behind_a_closed_gate_is_not_held():
    course = Course(made(gate("ask"), step("b", "ask"), step("c"), step("d", "b", "c")), {})
    course.start("c")
    course.fail("c", "boom")

    assert course.held == ("d",)


def test_a_gate_that_was_opened_before_its_turn_is_closed_from_the_start():
    course = Course(made(step("a"), gate("ask", "a"), step("b", "ask")), {"ask": Mark(closed=True)})

    assert (keys(course), course.gates()) == (["a", "b"], [])


ANY = (step("one"), step("two"), join("both", "one", "two"), step("early", any_of="both"))


@pytest.mark.parametrize("first", ["one", "two"])
def test_one_closed_member_is_enough_for_who_is_content_with_it(first: str):
    course = Course(made(*ANY), {})
    assert keys(course) == ["one", "two"]
    run(course, first)

    assert "early" in keys(course)
    assert course.met_by(course.plan.by_key["early"]) == (first,)


def test_who_is_content_with_one_member_is_held_only_when_all_failed():
    course = Course(made(*ANY), {})
    for key in ("one", "two"):
        course.start(key)
    course.fail("one", "no")
    assert course.held == ("both",)
    course.fail("two", "no")

    assert course.held == ("both", "early")


def test_a_failure_within_a_join_holds_the_join_and_what_needs_it():
    course = Course(made(step("a"), step("b", "a"), join("loop", "b"), step("c", "loop")), {})
    course.start("a")
    course.fail("a", "boom")

    assert course.held == ("b", "loop", "c")


def test_rework_reopens_the_members_of_a_join_on_the_bead():
    """A reviewer that needs a parent sends back what the parent stands for."""
    plan = made(
        step("a", bead="1"),
        step("b", "a", bead="1"),
        join("epic", "a", "b", bead="1"),
        step("review", "epic", bead="1"),
    )
    course = Course(plan, {})
    run(course, "a", "b", "epic")
    course.start("review")

    assert course.rework("review", ("thin",)) == ("epic", "a", "b")
    assert keys(course) == ["a"]
    run(course, "a", "b", "epic")
    assert keys(course) == ["review"]


LOOP = made(step("l.iter1.a"), join("l", "l.iter1.a"), step("after", "l"))


def with_more(plan: Plan, key: str, *new: PlannedStep) -> Plan:
    """The plan with new members before a join that needs them, too."""
    names = tuple(one.key for one in new)
    steps: list[PlannedStep] = []
    for one in plan.steps:
        if one.key != key:
            steps.append(one)
            continue
        more = {"needs": (*one.needs, *names), "members": (*one.members, *names)}
        steps += [*new, one.model_copy(update=more)]
    return plan.model_copy(update={"steps": tuple(steps)})


def test_a_join_that_grows_waits_for_its_new_members():
    course = Course(LOOP, {})
    run(course, "l.iter1.a")
    assert keys(course) == ["l"]

    added = course.grow(with_more(LOOP, "l", step("l.iter2.a", "l.iter1.a")))

    assert [one.key for one in added] == ["l.iter2.a"] == keys(course)
    run(course, "l.iter2.a", "l", "after")
    assert course.landed


def test_only_joins_that_are_not_closed_grow_and_nothing_is_taken_back():
    course = Course(LOOP, {})
    grown = with_more(LOOP, "l", step("l.iter2.a"))
    run(course, "l.iter1.a")
    course.start("l")

    with pytest.raises(ValueError, match="l is running and cannot grow"):
        course.grow(grown)
    with pytest.raises(ValueError, match=r"l.iter1.a is missing"):
        course.grow(made(*LOOP.steps[1:]))
    with pytest.raises(ValueError, match="after is another"):
        course.grow(made(*LOOP.steps[:2], step("after")))
    with pytest.raises(ValueError, match="a step twice"):
        course.grow(made(*LOOP.steps, step("after", "l")))
    course.close("l")
    assert keys(course) == ["after"]


@st.composite
def mixed(draw: st.DrawFn) -> Plan:
    """Plans of work, joins, gates, and work that is content with one member of a join."""
    steps: list[PlannedStep] = []
    for number in range(draw(st.integers(1, 12))):
        earlier = [one.key for one in steps]
        joins = [one.key for one in steps if one.kind == "join" and one.members]
        needs = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else []
        key, kind = f"s{number}", draw(st.sampled_from(["work", "work", "join", "gate", "any"]))
        bead = draw(st.sampled_from([None, "b1", "b2"]))
        if kind == "join":
            steps.append(join(key, *needs, bead=bead))
        elif kind == "gate":
            steps.append(gate(key, *needs))
        else:
            any_of = draw(st.sampled_from(joins)) if kind == "any" and joins else None
            steps.append(step(key, *needs, bead=bead, any_of=any_of))
    return made(*steps)


def growth(course: Course, chance: random.Random, number: int) -> Plan | None:
    """The plan with one or two new members for a join that may grow."""
    may = {"waiting", "ready"}
    open_joins = [
        one for one in course.plan.steps if one.kind == "join" and course.status(one.key) in may
    ]
    if not open_joins:
        return None
    chosen = chance.choice(open_joins)
    place = course.plan.steps.index(chosen)
    before = [one.key for one in course.plan.steps[:place]]
    new = [
        step(f"g{number}.{place}", *chance.sample(before, min(len(before), chance.randint(0, 2))))
        for place in range(chance.randint(1, 2))
    ]
    return with_more(course.plan, chosen.key, *new)


def check_start(course: Course, one: PlannedStep) -> None:
    """Needs come first, and of a join that one is content with, itself or a member."""
    assert one.kind != "gate"
    assert all(course.status(need) == "closed" for need in one.needs)
    if one.any_of:
        group = (one.any_of, *course.plan.by_key[one.any_of].members)
        assert any(course.status(key) == "closed" for key in group)


@settings(max_examples=300, deadline=None)
@given(mixed(), st.integers(0, 2**32 - 1), st.booleans())
def test_every_run_of_a_plan_that_grows_respects_needs_and_ends(
    plan: Plan, seed: int, reworks: bool
):
    """Whatever grows, opens or ends when and how: the laws hold; without rework none runs twice."""
    chance = random.Random(seed)
    course, starts = Course(plan, {}, rounds=3), Counter[str]()
    how = ["close", "close", "close", "fail", *(["rework"] if reworks else [])]
    for number in range(2000):
        if number < 8 and chance.random() < 0.5:
            grown = growth(course, chance, number)
            if grown is not None:
                course.grow(grown)
        for one in course.ready():
            check_start(course, one)
            course.start(one.key)
            starts[one.key] += 1
        at_work = [*course.running, *(one.key for one in course.gates())]
        if not at_work:
            break
        key = chance.choice(at_work)
        opens = course.plan.by_key[key].kind == "gate"
        end(course, key, chance.choice(["close", "fail"]) if opens else chance.choice(how))
    assert not course.running
    assert not course.ready()
    assert not course.gates()
    assert reworks or max(starts.values(), default=1) == 1
    failed = {key for key in course.plan.by_key if course.status(key) == "failed"}
    done = {key for key in course.plan.by_key if course.status(key) == "closed"}
    assert {*course.held} == course.plan.by_key.keys() - failed - done
    assert course.landed == (not failed)


@settings(max_examples=100, deadline=None)
@given(mixed(), st.integers(0, 2**32 - 1))
def test_a_course_that_begins_again_goes_on_where_the_record_stands(plan: Plan, seed: int):
    """A run that dies anywhere, between growing and ending: the next one starts what is open."""
    chance = random.Random(seed)
    course = Course(plan, {})
    started: set[str] = set()
    for number in range(60):
        if chance.random() < 0.2 and (grown := growth(course, chance, number)) and number < 8:
            course.grow(grown)
        if chance.random() < 0.2:
            closed = {key for key in course.plan.by_key if course.status(key) == "closed"}
            course = Course(course.plan, {key: Mark(closed=True) for key in closed})
            started = set(closed)
        for one in course.ready():
            check_start(course, one)
            assert one.key not in started
            course.start(one.key)
            started.add(one.key)
        at_work = [*course.running, *(one.key for one in course.gates())]
        if at_work:
            course.close(chance.choice(at_work))
    while at_work := [*course.running, *(one.key for one in course.gates())]:
        course.close(at_work[0])
        for one in course.ready():
            course.start(one.key)
    assert course.landed
