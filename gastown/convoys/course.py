"""Course: how far a plan has come, and what may start next. A pure state machine.

The driver asks it for ready steps and tells it what happened; it never looks at a clock, a ledger
or the engine. Its laws are property tests: no step starts before its needs closed, none runs twice
at once, a step sent back reopens exactly the work on the same bead, a failure stops only what
needs it, and what a plan grows takes nothing back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from gastown.formula.plan import Plan, PlannedStep

Status = Literal["waiting", "ready", "running", "gated", "closed", "failed"]
"""A gate is never ready or running: it is *gated* from when its needs closed until it opens."""


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
    """Steps that must run again when `key` asks for rework: its needs on the same bead.

    Of a join on the bead, that is itself and its members.
    """
    step = plan.by_key[key]
    if step.bead is None:
        return ()
    found: dict[str, None] = {}
    waiting = list(reversed(step.needs))
    while waiting:
        one = plan.by_key[waiting.pop()]
        if one.bead == step.bead and one.kind != "gate" and one.key not in found:
            found[one.key] = None
            waiting += reversed(one.members)
    return tuple(found)


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
        self._marks = {step.key: marks.get(step.key, FRESH) for step in plan.steps}
        self._status: dict[str, Status] = {}
        for step in plan.steps:
            self._status[step.key] = "closed" if self._marks[step.key].closed else "waiting"
        self._unmet: dict[str, int] = {}
        self._ready: set[str] = set()
        self._gated: set[str] = set()
        self._at_work: dict[str, None] = {}
        self._take(plan, plan.steps)

    def status(self, key: str) -> Status:
        """Where a step stands."""
        return self._status[key]

    def mark(self, key: str) -> Mark:
        """Round and reasons of a step."""
        return self._marks[key]

    def ready(self) -> list[PlannedStep]:
        """Steps that may start now, in the plan's order."""
        return self._in_order(self._ready)

    def gates(self) -> list[PlannedStep]:
        """Gates that nothing but themselves keeps from opening, in the plan's order."""
        return self._in_order(self._gated)

    @property
    def running(self) -> tuple[str, ...]:
        """Keys of steps at work, in the order in which they began."""
        return tuple(self._at_work)

    @property
    def landed(self) -> bool:
        """Every step is closed."""
        return all(status == "closed" for status in self._status.values())

    @property
    def held(self) -> tuple[str, ...]:
        """Steps that cannot start because something they need failed."""
        stuck = {key for key, status in self._status.items() if status == "failed"}
        found: set[str] = set()
        waiting = [step for step in self.plan.steps if self._status[step.key] == "waiting"]
        while more := self._stuck(waiting, stuck) - found:
            found |= more
        return tuple(step.key for step in waiting if step.key in found)

    def start(self, key: str) -> None:
        """A ready step begins."""
        self._ready.remove(key)
        self._at_work[key] = None
        self._status[key] = "running"

    def close(self, key: str) -> None:
        """A running step is done, or a gate opens; what waited only for it becomes ready."""
        self._settle(key, "closed")
        for dependent in self.plan.dependents[key]:
            self._unmet[dependent] -= 1
            self._consider(dependent)
        for watcher in self._watchers.get(key, ()):
            self._consider(watcher)

    def fail(self, key: str, error: str) -> None:
        """A running step or a gate ended badly; its dependents wait, its siblings go on."""
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

    def grow(self, plan: Plan) -> tuple[PlannedStep, ...]:
        """Go on with a plan that has more steps, and joins that wait for more; the new steps.

        Raises ValueError for a plan that is not this one, grown, or where a join that closed is to
        wait for something new: nothing that is done becomes undone.
        """
        check_growth(self.plan, plan)
        old = self.plan.by_key
        changed = [step for step in plan.steps if old.get(step.key) != step]
        for step in changed:
            if step.key in old and self._status[step.key] not in {"waiting", "ready"}:
                raise ValueError(f"{step.key} is {self._status[step.key]} and cannot grow")
        added = tuple(step for step in changed if step.key not in old)
        for step in added:
            self._marks[step.key], self._status[step.key] = FRESH, "waiting"
        for step in changed:
            self._wait(step.key)
        self._take(plan, changed)
        return added

    def met_by(self, step: PlannedStep) -> tuple[str, ...]:
        """What a step that may start waited for: its needs, and the first of those that do."""
        first = next((one for one in self._any(step) if self._status[one] == "closed"), None)
        return (*step.needs, first) if first and first not in step.needs else step.needs

    def _take(self, plan: Plan, changed: Sequence[PlannedStep]) -> None:
        """Take in a plan, in which these steps are new or need more."""
        self.plan = plan
        self._order = {step.key: place for place, step in enumerate(plan.steps)}
        self._watchers: dict[str, list[str]] = {}
        for step in plan.steps:
            for one in self._any(step):
                self._watchers.setdefault(one, []).append(step.key)
        for step in changed:
            self._unmet[step.key] = sum(self._status[need] != "closed" for need in step.needs)
        for step in changed:
            self._consider(step.key)

    def _in_order(self, keys: set[str]) -> list[PlannedStep]:
        return [self.plan.by_key[key] for key in sorted(keys, key=self._order.__getitem__)]

    def _any(self, step: PlannedStep) -> Iterator[str]:
        """The join that the step is content with, or one of its members."""
        if step.any_of is not None:
            yield step.any_of
            yield from self.plan.by_key[step.any_of].members

    def _is_met(self, key: str) -> bool:
        step = self.plan.by_key[key]
        if self._unmet[key]:
            return False
        return step.any_of is None or any(self._status[o] == "closed" for o in self._any(step))

    def _stuck(self, waiting: Sequence[PlannedStep], stuck: set[str]) -> set[str]:
        """Those of them that wait in vain, given what does already or failed; `stuck` grows."""
        for step in waiting:
            vain = step.any_of is not None and all(one in stuck for one in self._any(step))
            if vain or any(need in stuck for need in step.needs):
                stuck.add(step.key)
        return stuck & {step.key for step in waiting}

    def _reopen(self, key: str) -> None:
        """A closed step is to run again; dependents that have not begun wait for it again."""
        self._status[key] = "waiting"
        for dependent in self.plan.dependents[key]:
            self._unmet[dependent] += 1
            self._wait(dependent)
        for watcher in self._watchers.get(key, ()):
            if not self._is_met(watcher):
                self._wait(watcher)
        self._consider(key)

    def _wait(self, key: str) -> None:
        """What might have begun may not any more."""
        if self._status[key] in {"ready", "gated"}:
            self._ready.discard(key)
            self._gated.discard(key)
            self._status[key] = "waiting"

    def _consider(self, key: str) -> None:
        if self._status[key] != "waiting" or not self._is_met(key):
            return
        if self.plan.by_key[key].kind == "gate":
            self._status[key] = "gated"
            self._gated.add(key)
        else:
            self._status[key] = "ready"
            self._ready.add(key)

    def _settle(self, key: str, status: Status) -> None:
        wanted = "gated" if self.plan.by_key[key].kind == "gate" else "running"
        if self._status[key] != wanted:
            raise ValueError(f"{key} is {self._status[key]}, not {wanted}")
        self._gated.discard(key)
        self._at_work.pop(key, None)
        self._status[key] = status


def check_growth(old: Plan, new: Plan) -> None:
    """Raise ValueError unless the new plan is the old one with more steps and greater joins."""
    grown = new.by_key
    if len(grown) != len(new.steps):
        raise ValueError("a grown plan names a step twice")
    for step in old.steps:
        now = grown.get(step.key)
        if now is None:
            raise ValueError(f"{step.key} is missing in the grown plan")
        if now == step:
            continue
        greater = {*step.needs} <= {*now.needs} and {*step.members} <= {*now.members}
        if step.kind != "join" or not greater:
            raise ValueError(f"{step.key} is another in the grown plan; only joins grow")


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
