"""Course: what may start when, as laws over random plans."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.convoys.course import Course, Mark, failure, sent_back
from gastown.formula.plan import Plan
from tests.gastown.convoys.courses import end, keys, plan_of, run

PAIR = plan_of(
    ("defend", ()),
    ("work", ("defend",)),
    ("refine", ("work",)),
    ("watch", ("refine",)),
    bead={"work": "sk-1", "refine": "sk-1"},
)


def test_only_steps_without_open_needs_are_ready():
    course = Course(PAIR, {})

    assert keys(course) == ["defend"]


def test_closing_a_step_readies_what_waited_only_for_it():
    course = Course(PAIR, {})
    run(course, "defend")

    assert keys(course) == ["work"]


def test_a_course_begins_where_the_record_stands():
    course = Course(PAIR, {"defend": Mark(closed=True), "work": Mark(closed=True)})

    assert keys(course) == ["refine"]


def test_rework_reopens_only_the_work_on_the_same_bead():
    course = Course(PAIR, {})
    run(course, "defend", "work")
    course.start("refine")

    again = course.rework("refine", ("tests are thin",))

    assert ("work",) == again == sent_back(PAIR, "refine")
    assert keys(course) == ["work"]
    assert (
        Mark(round=2, reasons=("tests are thin",)) == course.mark("work") == course.mark("refine")
    )
    run(course, "work", "refine")
    assert keys(course) == ["watch"]


def test_after_the_last_round_the_step_fails_and_names_the_reasons():
    course = Course(PAIR, {}, rounds=2)
    run(course, "defend")
    for _ in range(2):
        run(course, "work")
        course.start("refine")
        course.rework("refine", ("still red",))

    assert course.status("refine") == "failed"
    assert course.errors["refine"] == "sent back 2 times, a person is needed: still red"
    assert course.held == ("watch",)


def test_a_failure_holds_dependents_and_lets_siblings_go_on():
    plan = plan_of(("a", ()), ("b", ()), ("after-a", ("a",)), ("after-b", ("b",)))
    course = Course(plan, {})
    course.start("a")
    course.fail("a", "boom")
    run(course, "b", "after-b")

    assert course.held == ("after-a",)
    assert keys(course) == []
    assert not course.landed


def test_only_a_running_step_can_end():
    course = Course(PAIR, {})

    with pytest.raises(ValueError, match="defend is ready, not running"):
        course.close("defend")


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    size = draw(st.integers(1, 12))
    steps: list[tuple[str, tuple[str, ...]]] = []
    beads: dict[str, str] = {}
    for number in range(size):
        earlier = [key for key, _ in steps]
        needs = draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3)) if earlier else []
        steps.append((f"s{number}", tuple(needs)))
        if draw(st.booleans()):
            beads[f"s{number}"] = draw(st.sampled_from(["b1", "b2"]))
    return plan_of(*steps, bead=beads)


@settings(max_examples=200, deadline=None)
@given(plans(), st.integers(0, 2**32 - 1))
def test_every_run_respects_needs_and_ends(plan: Plan, seed: int):
    """Whatever order steps end in, and however: needs come first and no step runs twice at once."""
    chance = random.Random(seed)
    course = Course(plan, {}, rounds=3)
    for _ in range(1000):
        for step in course.ready():
            assert all(course.status(need) == "closed" for need in step.needs)
            course.start(step.key)
        if not course.running:
            break
        key = chance.choice(course.running)
        end(course, key, chance.choice(["close", "close", "fail", "rework"]))
    assert not course.running
    assert not course.ready()
    failed = {step.key for step in plan.steps if course.status(step.key) == "failed"}
    for key in course.held:
        assert any(course.status(need) in {"failed", "waiting"} for need in plan.by_key[key].needs)
    assert course.landed == (not failed)


def test_a_failure_is_told_by_titles_and_names_five_of_what_it_holds_back():
    needed = tuple((f"late {number}", ("work",)) for number in range(7))
    plan = plan_of(("work", ()), *needed)

    told = failure(plan, {"work": "the tests stayed red"}, [key for key, _ in needed])

    first, second, last = told.splitlines()
    assert first == "work: the tests stayed red"
    assert second == "Held back by that: late 0, late 1, late 2, late 3, late 4 and 2 more."
    assert "Retry" in last
