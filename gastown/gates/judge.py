"""judge: whether a gate is still open, resolved, rejected, or needs a person. Pure.

Laws, property tested: without a new fact time alone resolves a timer and nothing else; what is
resolved at one moment is so at every later one; a person's answer counts for every gate.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from gastown.formula.duration import seconds as seconds_of
from gastown.formula.plan import PlannedGate
from gastown.gates.facts import Facts
from gastown.gates.words import length

HUMAN, TIMER, RUN, PULL = "human", "timer", "gh:run", "gh:pr"
MAIL, BEAD, CONDITIONAL = "mail", "bead", "conditional"
TYPES = (HUMAN, TIMER, RUN, PULL, MAIL, BEAD, CONDITIONAL)
GOOD_RUNS = frozenset({"success", "skipped", "neutral"})
CLOCK = "the clock"


@dataclass(frozen=True, slots=True)
class Open:
    """It waits; `until` is when time alone will change that."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """What was waited for has happened: by whom or what, in a line, and what came with it."""

    by: str
    summary: str
    output: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Rejected:
    """A person said no."""

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Overdue:
    """It will not resolve by itself, or not in the time it was given: a person is told, once."""

    reason: str


Judgement = Open | Resolved | Rejected | Overdue


def judge(gate: PlannedGate, facts: Facts, now: datetime) -> Judgement:
    """What is to be done about a gate."""
    answer = facts.answer or (facts.mail if gate.type in {HUMAN, MAIL} else None)
    if answer is not None:
        said = answer.comment
        if not answer.approved:
            return Rejected(answer.by, said or "no reason was given")
        summary = f"approved by {answer.by or 'somebody'}{f': {said}' if said else ''}"
        return Resolved(answer.by, summary, answer.output)
    found = _BY_TYPE.get(gate.type, _nothing)(gate, facts, now)
    if found is not None and not isinstance(found, Open):
        return found
    return _waiting(gate, facts, now, found)


def timer_end(gate: PlannedGate, opened: datetime) -> datetime | None:
    """When a timer ends: `await_id` says how long, else the timeout does. None if neither does."""
    try:
        seconds = seconds_of(gate.await_id)
    except ValueError:
        if gate.timeout_s is None:
            return None
        seconds = gate.timeout_s
    return opened + timedelta(seconds=seconds)


def deadline(gate: PlannedGate, opened: datetime) -> datetime | None:
    """When a person is told; a timer's own end is none."""
    if gate.type == TIMER or gate.timeout_s is None:
        return None
    return opened + timedelta(seconds=gate.timeout_s)


def _waiting(gate: PlannedGate, facts: Facts, now: datetime, found: Open | None) -> Judgement:
    end = deadline(gate, facts.opened)
    if end is not None and now >= end:
        waited = length((end - facts.opened).total_seconds())
        return Overdue(f"it has waited for {waited}, which is all it was given")
    if facts.trouble:
        return Overdue(facts.trouble)
    return found or Open(end)


def _timer(gate: PlannedGate, facts: Facts, now: datetime) -> Judgement | None:
    end = timer_end(gate, facts.opened)
    if end is None:
        return Overdue(f"{gate.await_id!r} is no length of time, so this timer never ends")
    if now < end:
        return Open(end)
    return Resolved(CLOCK, f"waited {length((end - facts.opened).total_seconds())}")


def _run(_: PlannedGate, facts: Facts, __: datetime) -> Judgement | None:
    run = facts.run
    if run is None or run.status != "completed":
        return None
    what = f"{run.name or 'the workflow'} (run {run.id} of {run.repo})"
    if run.conclusion not in GOOD_RUNS:
        return Overdue(f"{what} ended as {run.conclusion or 'nothing'}: {run.url}")
    output = {"conclusion": run.conclusion, "run": run.id, "url": run.url}
    return Resolved(f"run {run.id} of {run.repo}", f"{what}: {run.conclusion}", output)


def _pull(_: PlannedGate, facts: Facts, __: datetime) -> Judgement | None:
    pull = facts.pull
    if pull is None or (pull.state != "closed" and not pull.merged):
        return None
    what = f"{pull.repo}#{pull.number}"
    if not pull.merged:
        return Overdue(f"{what} was closed without a merge: {pull.url}")
    output = {"pull": pull.number, "commit": pull.commit, "url": pull.url}
    return Resolved(what, f"{what} is merged", output)


def _bead(_: PlannedGate, facts: Facts, __: datetime) -> Judgement | None:
    bead = facts.bead
    if bead is None or not bead.closed:
        return None
    output = {"bead": bead.id, "reason": bead.reason}
    return Resolved(bead.id, f"{bead.id} is closed: {bead.reason or 'no reason'}", output)


def _conditional(gate: PlannedGate, facts: Facts, _: datetime) -> Judgement | None:
    if not facts.condition:
        return None
    return Resolved("the condition", f"{gate.await_id} holds")


def _nothing(_: PlannedGate, __: Facts, ___: datetime) -> Judgement | None:
    """Only an answer resolves it."""
    return None


_Rule = Callable[[PlannedGate, Facts, datetime], Judgement | None]
_BY_TYPE: Mapping[str, _Rule] = MappingProxyType(
    {TIMER: _timer, RUN: _run, PULL: _pull, BEAD: _bead, CONDITIONAL: _conditional}
)
