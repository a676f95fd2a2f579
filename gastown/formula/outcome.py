"""Outcome: what steps did, as far as it is on record, and whether a run-time condition holds of it.

Nothing is remembered or looked at here but what is given: files and the environment are functions
of the caller's.
"""

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, cast

from gastown.errors import FormulaError
from gastown.formula.plan import Plan, PlannedStep
from gastown.formula.question import (
    CURRENT,
    Comparison,
    Exists,
    Op,
    Question,
    Several,
    Status,
    Tally,
    Variable,
    parse_question,
)

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_NAMED = 3  # so many keys a message names
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where one step stands, and the output that its result carries."""

    status: Status = "open"
    output: Mapping[str, Any] = field(default_factory=dict[str, Any])


OPEN = Outcome()


def no_file(_: str) -> bool:
    """There are no files."""
    return False


def no_variable(name: str) -> str | None:
    """No variable may be read."""
    raise FormulaError([f"env.{name}: this town lets no condition read the environment"])


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The record by key; a step that is missing in it is open.

    `exists` tells of a file, `env` gives a variable or None; it raises FormulaError for one that
    conditions may not read.
    """

    steps: Mapping[str, Outcome] = field(default_factory=dict[str, Outcome])
    exists: Callable[[str], bool] = no_file
    env: Callable[[str], str | None] = no_variable

    def of(self, key: str) -> Outcome:
        """Where a step stands."""
        return self.steps.get(key, OPEN)


@dataclass(frozen=True, slots=True)
class Here:
    """Where a condition stands: which step is `step`, and prefixes that are tried before an id."""

    current: str = ""
    within: Sequence[str] = ()


NOWHERE = Here()


def variables(environ: Mapping[str, str], allowed: Collection[str]) -> Callable[[str], str | None]:
    """An `env` that gives the allowed names alone; one that sounds like a secret is never given."""

    def env(name: str) -> str | None:
        if _SECRET.search(name):
            raise FormulaError([f"env.{name}: conditions never read what may be a secret"])
        if name not in allowed:
            names = f"may read {', '.join(sorted(allowed))}" if allowed else "may read none"
            raise FormulaError([f"env.{name}: conditions {names}; see formulas.env in town.toml"])
        return environ.get(name)

    return env


def until_holds(plan: Plan, join: PlannedStep, outcomes: Outcomes) -> bool:
    """Whether the condition of an until loop holds now, asked of its newest iteration.

    Raises FormulaError where it cannot be told.
    """
    if join.loop is None:
        raise ValueError(f"{join.key} is no until loop")
    return holds(join.loop.until, plan, outcomes, in_loop(plan, join))


def iteration(plan: Plan, loop: str) -> int:
    """How often the loop's body is in the plan: the number of its newest iteration."""
    start = f"{loop}.iter"
    tails = (key[len(start) :].split(".", 1)[0] for key in plan.by_key if key.startswith(start))
    return max((int(tail) for tail in tails if tail.isdecimal()), default=0)


def in_loop(plan: Plan, join: PlannedStep) -> Here:
    """Where the condition of an until loop stands: at the last step of the newest body."""
    prefix = f"{join.key}.iter{iteration(plan, join.key)}."
    last = join.loop.body[-1].key if join.loop and join.loop.body else ""
    return Here(prefix + last, (prefix, *_around(join.key)))


def at_step(key: str) -> Here:
    """Where a condition stands that belongs to one step."""
    return Here(key, tuple(_around(key)))


def _around(key: str) -> Iterator[str]:
    """`a.b.c` gives `a.b.` and `a.`: what is meant by an id is looked for near by first."""
    while "." in key:
        key = key.rsplit(".", 1)[0]
        yield f"{key}."


def holds(condition: str | Question, plan: Plan, outcomes: Outcomes, here: Here = NOWHERE) -> bool:
    """Whether a run-time condition holds.

    Raises FormulaError for text that is no condition, a step that the plan has not, and a variable
    that may not be read.
    """
    question = parse_question(condition) if isinstance(condition, str) else condition
    if isinstance(question, Exists):
        return outcomes.exists(question.path)
    if isinstance(question, Variable):
        return compare(outcomes.env(question.name), question.op, question.value)
    asked = _Asked(plan, outcomes, here)
    if isinstance(question, Tally):
        count = sum(outcomes.of(s.key).status == question.status for s in plan.steps if _works(s))
        return compare(str(count), question.op, str(question.number))
    if isinstance(question, Several):
        return asked.several(question)
    return asked.compares(question, asked.one(question.who))


def compare(found: str | None, op: Op, wanted: str) -> bool:
    """Numbers where both are, else text. What is not there equals the empty text and no other."""
    if found is None:
        return op in {"==", "!="} and (wanted == "") == (op == "==")
    if _NUMBER.fullmatch(found) and _NUMBER.fullmatch(wanted):
        return _ordered(Decimal(found), op, Decimal(wanted))
    return _ordered(found, op, wanted)


def _ordered(left: Any, op: Op, right: Any) -> bool:
    answers = {"==": left == right, "!=": left != right, "<": left < right, ">": left > right}
    return bool(answers[op] if op in answers else not answers[{"<=": ">", ">=": "<"}[op]])


def _works(step: PlannedStep) -> bool:
    return step.kind == "work"


@dataclass(frozen=True, slots=True)
class _Asked:
    plan: Plan
    outcomes: Outcomes
    here: Here

    def one(self, who: str) -> str:
        """The key of the step that is meant."""
        if who == CURRENT and CURRENT not in self.plan.by_key:
            if self.here.current in self.plan.by_key:
                return self.here.current
            raise FormulaError(["the condition stands at no step; name one: <id>.status"])
        for prefix in (*self.here.within, ""):
            if prefix + who in self.plan.by_key:
                return prefix + who
        found = [step.key for step in self.plan.steps if step.step == who]
        if len(found) == 1:
            return found[0]
        if not found:
            raise FormulaError([f"a condition names the step {who!r}, which the plan has not"])
        some = ", ".join(found[:_NAMED])
        raise FormulaError(
            [f"{who!r} in a condition is {len(found)} steps ({some} …); write steps({who}).all(…)"]
        )

    def several(self, question: Several) -> bool:
        group = list(self._group(question))
        count = sum(self.compares(question.inner, key) for key in group)
        if question.how == "all":
            return count == len(group)
        if question.how == "any":
            return count > 0
        return compare(str(count), question.op, str(question.number))

    def _group(self, question: Several) -> Iterator[str]:
        if question.group == "steps" and question.who != CURRENT:
            for step in self.plan.steps:
                names = (step.key, step.step)
                if question.who in names or any(fnmatchcase(one, question.who) for one in names):
                    yield step.key
            return
        top = self.one(question.who)
        if question.group == "steps":
            yield top
            return
        waiting = [top]
        while waiting:
            below = children(self.plan, waiting.pop())
            yield from below
            if question.group == "descendants":
                waiting += below

    def compares(self, question: Comparison, key: str) -> bool:
        outcome = self.outcomes.of(key)
        if question.path is None:
            return compare(outcome.status, question.op, question.value)
        return compare(text_at(outcome.output, question.path), question.op, question.value)


def children(plan: Plan, key: str) -> list[str]:
    """Members of a join; none of any other step."""
    own = dict.fromkeys(plan.by_key[key].members)
    return list(own | dict.fromkeys(step.key for step in plan.steps if step.parent == key))


def text_at(output: Mapping[str, Any], path: Sequence[str]) -> str | None:
    """What an output holds there as text; None where it holds nothing."""
    found: Any = output
    for name in path:
        if isinstance(found, Mapping):
            found = cast("Mapping[str, Any]", found).get(name)
        elif isinstance(found, Sequence) and not isinstance(found, str) and name.isdecimal():
            items = cast("Sequence[Any]", found)
            found = items[int(name)] if int(name) < len(items) else None
        else:
            return None
    if found is None or isinstance(found, str):
        return found
    return json.dumps(found, separators=(",", ":"), sort_keys=True)
