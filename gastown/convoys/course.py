"""Course: how far a plan has come, and what may start next. A pure state machine.

The driver asks it for ready steps and tells it what happened; it never looks at a clock, a ledger
or the engine. Its laws are property tests: no step starts before its needs closed, none runs twice
at once, a step sent back reopens exactly the work on the same bead, a failure stops only what
needs it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gastown.formula.plan import Plan, PlannedStep

Status = Literal["waiting", "ready", "running", "closed", "failed"]


@dataclass(frozen=True, slots=True)
class Mark:
    """What is on record of one step when a course begins, or begins again."""

    closed: bool = False
    round: int = 1
    reasons: tuple[str, ...] = ()


FRESH = Mark()
PERSON = "a person is needed"
"""In each sentence that says that a bead used up its rounds."""

SHOWN = 5  # a message names so many held steps, and counts the rest


def sent_back(plan: Plan, key: str) -> tuple[str, ...]:
    """Steps that must run again when `key` asks for rework: its needs on the same bead."""
    step = plan.by_key[key]
    if step.bead is None:
        return ()
    return tuple(need for need in step.needs if plan.by_key[need].bead == step.bead)


class Course:
    """One run through a plan. Not thread-safe: the driver's thread alone holds it."""

    def __init__(self, plan: Plan, marks: Mapping[str, Mark], *, rounds: int = 3) -> None:
        """Begin where the record stands.

        Args:
            plan: The frozen plan.
            marks: The record, by key; a missing key is fresh.
            rounds: How often a step may run before a person is asked.
        """
        self.plan = plan
        self.rounds = rounds
        self.errors: dict[str, str] = {}
        self._order = {step.key: place for place, step in enumerate(plan.steps)}
        self._marks = {step.key: marks.get(step.key, FRESH) for step in plan.steps}
        self._status: dict[str, Status] = {}
        for step in plan.steps:
            self._status[step.key] = "closed" if self._marks[step.key].closed else "waiting"
        self._unmet = {step.key: self._open_needs(step) for step in plan.steps}
        self._ready: set[str] = set()
        for step in plan.steps:
            self._consider(step.key)

    def status(self, key: str) -> Status:
        """Where a step stands."""
        return self._status[key]

    def mark(self, key: str) -> Mark:
        """Round and reasons of a step."""
        return self._marks[key]

    def ready(self) -> list[PlannedStep]:
        """Steps that may start now, in the plan's order."""
        return [self.plan.by_key[key] for key in sorted(self._ready, key=self._order.__getitem__)]

    @property
    def running(self) -> tuple[str, ...]:
        """Keys of steps at work."""
        return tuple(key for key, status in self._status.items() if status == "running")

    @property
    def landed(self) -> bool:
        """Every step is closed."""
        return all(status == "closed" for status in self._status.values())

    @property
    def held(self) -> tuple[str, ...]:
        """Steps that cannot start because something they need failed."""
        return tuple(key for key, status in self._status.items() if status == "waiting")

    def start(self, key: str) -> None:
        """A ready step begins."""
        self._ready.remove(key)
        self._status[key] = "running"

    def close(self, key: str) -> None:
        """A running step is done; what waited only for it becomes ready."""
        self._settle(key, "closed")
        for dependent in self.plan.dependents[key]:
            self._unmet[dependent] -= 1
            self._consider(dependent)

    def fail(self, key: str, error: str) -> None:
        """A running step ended badly; its dependents wait, its siblings go on."""
        self._settle(key, "failed")
        self.errors[key] = error

    def put_back(self, key: str) -> None:
        """A running step found no room where it was placed; it is ready again, as if not begun."""
        self._settle(key, "waiting")
        self._consider(key)

    def rework(self, key: str, reasons: tuple[str, ...]) -> tuple[str, ...]:
        """A running step sends its bead's work back; returns the keys that run again.

        After the last round the step fails instead and a person is asked.
        """
        again = sent_back(self.plan, key)
        mark = self._marks[key]
        if not again or mark.round >= self.rounds:
            self.fail(key, escalation(mark.round, reasons))
            return ()
        self._settle(key, "waiting")
        for one in (*again, key):
            self._marks[one] = Mark(round=mark.round + 1, reasons=reasons)
        for one in again:
            if self._status[one] == "closed":
                self._reopen(one)
        self._consider(key)
        return again

    def _open_needs(self, step: PlannedStep) -> int:
        return sum(self._status[need] != "closed" for need in step.needs)

    def _reopen(self, key: str) -> None:
        """A closed step is to run again; dependents that have not begun wait for it again."""
        self._status[key] = "waiting"
        for dependent in self.plan.dependents[key]:
            self._unmet[dependent] += 1
            if self._status[dependent] == "ready":
                self._ready.remove(dependent)
                self._status[dependent] = "waiting"
        self._consider(key)

    def _consider(self, key: str) -> None:
        if self._status[key] == "waiting" and not self._unmet[key]:
            self._status[key] = "ready"
            self._ready.add(key)

    def _settle(self, key: str, status: Status) -> None:
        if self._status[key] != "running":
            raise ValueError(f"{key} is {self._status[key]}, not running")
        self._status[key] = status


def failure(plan: Plan, errors: Mapping[str, str], held: Sequence[str]) -> str:
    """Why a run did not land, and what to do, in the words of the board."""
    lines = [f"{plan.by_key[key].title}: {error}" for key, error in errors.items()]
    if held:
        names = [plan.by_key[key].title for key in held]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        lines.append(f"Held back by that: {', '.join(names[:SHOWN])}{more}.")
    return "\n".join([*lines, "Mend the cause, then Retry: only what has not closed runs again."])


def escalation(rounds: int, reasons: tuple[str, ...]) -> str:
    """The sentence a person reads when a bead used up its rounds."""
    return f"sent back {rounds} time{'s' * (rounds > 1)}, {PERSON}: {'; '.join(reasons)}"
