"""measure: which changed lines no test runs, where that can be told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from gastown.agents.globs import matches
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.guard.finding import Fault
from gastown.rigs.review.cover_istanbul import SUFFIXES
from gastown.rigs.review.cover_node import cover_node
from gastown.rigs.review.cover_python import cover_python
from gastown.rigs.review.covered import Changed, Covered

NOT_RUN = "not-run"


@dataclass(frozen=True, slots=True)
class Coverage:
    """`why` says why nothing was measured; `missed` are the changed lines that no test ran.

    `lines` counts the changed lines with code in them, in the files that were measured.
    """

    tool: str = ""
    why: str = ""
    lines: int = 0
    missed: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])

    @property
    def line(self) -> str:
        """One line for the board: `8 of 10 changed lines run by tests (line tracer)`."""
        if self.why:
            return f"coverage not measured: {self.why}"
        ran = self.lines - sum(map(len, self.missed.values()))
        return f"{ran} of {self.lines} changed lines run by tests ({self.tool})"

    @property
    def faults(self) -> tuple[Fault, ...]:
        """A fault for each run of lines; where one ends, only code begins another."""
        return tuple(
            Fault(file, first, NOT_RUN, _said(first, last), certain=False)
            for file, lines in self.missed.items()
            for first, last in _spans(lines)
        )


def measure(run: GaugeRun, changed: Changed, tests: Sequence[str]) -> Coverage:
    """Run the rig's tests once more, and note which changed lines they reach.

    Args:
        run: The gauge's run, with a folder of its own.
        changed: Numbers of the changed lines, by path from the worktree's root.
        tests: Globs of the tests themselves, which are not measured.
    """
    mine = {file: lines for file, lines in changed.items() if not matches(file, tests)}
    kind = run.table.kind
    if kind == "pytest":
        return _counted(cover_python(run, _of(mine, (".py",))))
    if kind == "npm":
        return _counted(cover_node(run, _of(mine, SUFFIXES)))
    return Coverage(why=f"there is no tool for {kind}")


def _of(changed: Changed, suffixes: tuple[str, ...]) -> Changed:
    return {file: lines for file, lines in changed.items() if file.endswith(suffixes) and lines}


def _counted(found: Covered) -> Coverage:
    if found.why:
        return Coverage(why=found.why)
    missed = {
        file: tuple(sorted(lines - found.ran.get(file, frozenset())))
        for file, lines in found.code.items()
    }
    count = sum(map(len, found.code.values()))
    return Coverage(found.tool, "", count, {file: lines for file, lines in missed.items() if lines})


def _spans(lines: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Lines that follow each other, as first and last."""
    for _, group in groupby(enumerate(lines), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in group]
        yield numbers[0], numbers[-1]


def _said(first: int, last: int) -> str:
    what = f"line {first} is" if first == last else f"lines {first} to {last} are"
    return f"{what} run by no test"
