"""Question: what an until loop or a conditional gate asks of the run, parsed.

One condition is one comparison (docs/growth.md has the forms); `step.` and a bare `status` or
`output.` mean the step at which the condition stands.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal, cast

from gastown.errors import FormulaError

Status = Literal["open", "in_progress", "closed", "failed"]
Op = Literal["==", "!=", ">=", "<=", ">", "<"]
Group = Literal["children", "descendants", "steps"]
How = Literal["all", "any", "count"]

# fmt: off
STATUSES: Final[dict[str, Status]] = {
    "open": "open", "pending": "open", "waiting": "open", "ready": "open",
    "in_progress": "in_progress", "running": "in_progress",
    "closed": "closed", "complete": "closed", "completed": "closed", "done": "closed",
    "failed": "failed",
}
# fmt: on
"""What a condition may call each status; other tools use several words for one."""

FORMS = (
    "write status, output.…, <id>.status, <id>.output.…, env.NAME, steps.<status>, "
    "file.exists('…') or children(<id>).all(…)"
)
CURRENT = "step"
_WORD = re.compile(r"""[^\s()'"=!<>]+""")
_OP = re.compile(r"==|!=|>=|<=|>|<")
_QUOTED = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_NUMBER = re.compile(r"\d+")
_FIELD = re.compile(r"(?:(?P<who>.+?)\.)??(?:status|output\.(?P<path>.+))")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A step's status, or what its output holds at `path`, against a value."""

    who: str
    path: tuple[str, ...] | None
    op: Op
    value: str


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether there is such a file."""

    path: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment against a value."""

    name: str
    op: Op
    value: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How many steps of the plan have a status."""

    status: Status
    op: Op
    number: int


@dataclass(frozen=True, slots=True)
class Several:
    """Of how many steps of a group a comparison holds."""

    group: Group
    who: str
    how: How
    inner: Comparison
    op: Op = ">"
    number: int = 0


Question = Comparison | Exists | Variable | Tally | Several


def parse_question(text: str) -> Question:
    """The question a condition asks. Raises FormulaError that names the place in the text."""
    reader = _Reader(text)
    question = reader.question()
    reader.end()
    return question


def names_of(question: Question) -> tuple[str, ...]:
    """Ids of steps, or globs of them, that a question names; none for the one it stands at."""
    who = question.who if isinstance(question, Comparison | Several) else CURRENT
    return () if who == CURRENT else (who,)


class _Reader:
    """Reads one condition from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def question(self) -> Question:
        place, word = self.at, self.word("a condition")
        if self.sees("("):
            return self._function(word, place)
        if word.startswith("env."):
            name = word.removeprefix("env.")
            if not _NAME.fullmatch(name):
                raise self.error(f"{name!r} is no name of a variable", place)
            return Variable(name, self.op(), self.value())
        tallied = word.removeprefix("steps.")
        if tallied != word and "." not in tallied:
            return Tally(self.status(tallied, place), self.op(), self.number())
        return self.comparison(word, place)

    def _function(self, word: str, place: int) -> Question:
        if word == "file.exists":
            self.take("(")
            found = Exists(self.value())
            self.take(")")
            return found
        if word not in {"children", "descendants", "steps"}:
            known = "file.exists, children, descendants and steps"
            raise self.error(f"there is no {word}(…); there are {known}", place)
        self.take("(")
        who = self.word("the id of a step")
        self.take(")")
        place, how = self.at, self.word(".all, .any or .count").removeprefix(".")
        if how not in {"all", "any", "count"}:
            raise self.error(f"write .all(…), .any(…) or .count(…), not {how!r}", place)
        self.take("(")
        place = self.at
        inner = self.comparison(self.word("status or output.…"), place)
        self.take(")")
        group, counts = cast("Group", word), cast("How", how)
        if counts == "count" and not self.is_over:
            return Several(group, who, counts, inner, self.op(), self.number())
        return Several(group, who, counts, inner)

    def comparison(self, word: str, place: int) -> Comparison:
        match = _FIELD.fullmatch(word)
        if match is None:
            raise self.error(f"{word!r} is nothing to compare; {FORMS}", place)
        who = (match["who"] or CURRENT).removeprefix("steps.")
        path = tuple(match["path"].split(".")) if match["path"] is not None else None
        if path is not None and not all(path):
            raise self.error("the path in the output has an empty part", place)
        place, op = self._skipped(), self.op()
        if path is not None:
            return Comparison(who, path, op, self.value())
        if op not in {"==", "!="}:
            raise self.error("a status is compared with == or !=", place)
        place = self._skipped()
        return Comparison(who, None, op, self.status(self.value(), place))

    def status(self, said: str, place: int) -> Status:
        if said not in STATUSES:
            raise self.error(f"{said!r} is no status; there are {', '.join(STATUSES)}", place)
        return STATUSES[said]

    def op(self) -> Op:
        return cast("Op", self._match(_OP, "==, !=, >, >=, < or <="))

    def number(self) -> int:
        return int(self._match(_NUMBER, "a whole number"))

    def value(self) -> str:
        self._skipped()
        if match := _QUOTED.match(self.text, self.at):
            self.at = match.end()
            return match[1] if match[1] is not None else match[2]
        return self.word("a value, in quotes if it holds a space")

    def word(self, wanted: str) -> str:
        return self._match(_WORD, wanted)

    def sees(self, mark: str) -> bool:
        return self.text.startswith(mark, self._skipped())

    def take(self, mark: str) -> None:
        if not self.sees(mark):
            raise self.error(f"expected {mark!r}", self.at)
        self.at += len(mark)

    @property
    def is_over(self) -> bool:
        return self._skipped() == len(self.text)

    def end(self) -> None:
        if not self.is_over:
            rest = self.text[self.at :]
            raise self.error(f"{rest!r} is too much: a condition is one comparison", self.at)

    def error(self, said: str, place: int) -> FormulaError:
        return FormulaError([f"condition {self.text!r}, character {place + 1}: {said}"])

    def _match(self, pattern: re.Pattern[str], wanted: str) -> str:
        match = pattern.match(self.text, self._skipped())
        if match is None:
            raise self.error(f"expected {wanted}", self.at)
        self.at = match.end()
        return match[0]

    def _skipped(self) -> int:
        """Where the next thing begins."""
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
        return self.at
