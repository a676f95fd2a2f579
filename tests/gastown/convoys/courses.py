"""What tests of courses do: plans of few words, and steps that run to their end."""

from gastown.convoys.course import Course
from gastown.formula.plan import Plan, PlannedStep


def plan_of(*steps: tuple[str, tuple[str, ...]], bead: dict[str, str] | None = None) -> Plan:
    beads = bead or {}
    return Plan(
        formula="f",
        digest="d",
        steps=tuple(
            PlannedStep(key=key, step=key, title=key, needs=needs, bead=beads.get(key))
            for key, needs in steps
        ),
    )


def run(course: Course, *keys: str) -> None:
    for key in keys:
        course.start(key)
        course.close(key)


def keys(course: Course) -> list[str]:
    return [step.key for step in course.ready()]


def end(course: Course, key: str, how: str) -> None:
    if how == "close":
        course.close(key)
    elif how == "fail":
        course.fail(key, "x")
    else:
        course.rework(key, ("y",))
