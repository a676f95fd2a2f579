"""Joins: what closes a join, and what a course tells conditions of its steps."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, cast

from gastown.convoys.course import Course
from gastown.convoys.course import Status as Standing
from gastown.errors import StageFailedError
from gastown.formula.outcome import Outcome, Outcomes, iteration, until_holds
from gastown.formula.plan import Plan, PlannedStep
from gastown.formula.question import Status
from gastown.stage import StageResult

OUTPUT = "output"
"""Key of a step's evidence: the JSON object that it hands on."""
_STATUS: Final[Mapping[Standing, Status]] = MappingProxyType(
    {"running": "in_progress", "closed": "closed", "failed": "failed"}
)


class Record(Mapping[str, Outcome]):
    """Where every step of a course stands, with the outputs of those that closed; it is live."""

    def __init__(self, course: Course, results: Mapping[str, StageResult]) -> None:
        self._course = course
        self._results = results

    def __getitem__(self, key: str) -> Outcome:
        status = _STATUS.get(self._course.status(key), "open")
        if status == "in_progress" and self._course.plan.by_key[key].kind == "join":
            status = "closed"  # it grows no more
        return Outcome(status, output_of(self._results.get(key)) if status == "closed" else {})

    def __iter__(self) -> Iterator[str]:
        return (step.key for step in self._course.plan.steps)

    def __len__(self) -> int:
        return len(self._course.plan.steps)


def output_of(result: StageResult | None) -> Mapping[str, Any]:
    """What a step hands on; nothing where it has no output."""
    found = result.evidence.get(OUTPUT) if result else None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def grows(plan: Plan, join: PlannedStep) -> bool:
    """Whether more may hang on a join before it closes: an until loop, or a fan-out."""
    return bool(join.loop or any(plan.by_key[need].fan_out for need in join.needs))


def joined(plan: Plan, join: PlannedStep, outcomes: Outcomes) -> StageResult:
    """The result of a join whose needs are all closed and that grows no more.

    It hands on the output of the last step it needs that has one.

    Raises:
        StageFailedError: Its loop went round as often as it may, and its condition does not hold.
        FormulaError: Whether that holds cannot be told.
    """
    outputs = (outcomes.of(need).output for need in reversed(join.needs))
    output = next((one for one in outputs if one), None)
    evidence = {OUTPUT: dict(output)} if output else {}
    if join.loop is None:
        return StageResult(summary=f"{len(join.needs)} steps done", evidence=evidence)
    rounds = iteration(plan, join.key)
    if until_holds(plan, join, outcomes):
        said = f"round {rounds} of at most {join.loop.max}: {join.loop.until}"
        return StageResult(summary=said, evidence=evidence)
    raise StageFailedError(
        f"{join.loop.until} does not hold after {rounds} of at most {join.loop.max} rounds; what "
        f"the last one did is on record"
    )
