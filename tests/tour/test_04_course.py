"""4. The course: how far a plan has come, and what may start next.

The engine asks the course what is ready and tells it what happened. It knows no clock, no ledger
and no Prefect, so everything that can happen to a convoy can be played through here.
"""

from gastown.convoys.course import Course, Mark
from gastown.formula.plan import Plan, PlannedStep

PLAN = Plan(
    formula="bakery",
    digest="1",
    steps=(
        PlannedStep(key="test", step="test", title="test"),
        PlannedStep(key="bake", step="work", title="bake", bead="b-1", needs=("test",)),
        PlannedStep(key="review", step="refine", title="review", bead="b-1", needs=("bake",)),
        PlannedStep(key="sweep", step="work", title="sweep", bead="b-2", needs=("test",)),
        PlannedStep(key="sell", step="sell", title="sell", needs=("review", "sweep")),
    ),
)


def ready(course):
    return [step.key for step in course.ready()]


def do(course, *keys: str):
    for key in keys:
        course.start(key)
        course.close(key)


def test_what_needs_nothing_may_start_and_what_is_closed_frees_the_next():
    course = Course(PLAN, {})
    assert ready(course) == ["test"]

    do(course, "test")

    assert ready(course) == ["bake", "sweep"]


def test_a_step_waits_for_everything_it_needs():
    course = Course(PLAN, {})

    do(course, "test", "bake", "review")
    assert ready(course) == ["sweep"]

    do(course, "sweep", "sell")
    assert course.landed


def test_a_review_can_send_its_beads_work_back_with_reasons():
    """The work and then the review run once more; another bead does not notice."""
    course = Course(PLAN, {})
    do(course, "test", "bake")
    course.start("review")

    again = course.rework("review", ("too salty",))

    assert again == ("bake",)
    assert ready(course) == ["bake", "sweep"]
    assert course.mark("bake") == Mark(round=2, reasons=("too salty",))


def test_after_the_last_round_a_person_is_asked():
    course = Course(PLAN, {}, rounds=1)
    do(course, "test", "bake")
    course.start("review")

    course.rework("review", ("too salty",))

    assert course.status("review") == "failed"
    assert "a person is needed: too salty" in course.errors["review"]


def test_a_failure_stops_only_what_needs_it():
    course = Course(PLAN, {})
    do(course, "test")
    course.start("bake")

    course.fail("bake", "the oven is cold")

    assert ready(course) == ["sweep"]
    do(course, "sweep")
    assert course.held == ("review", "sell")


def test_a_retry_begins_where_the_record_stands():
    course = Course(PLAN, {"test": Mark(closed=True), "sweep": Mark(closed=True)})

    assert ready(course) == ["bake"]
