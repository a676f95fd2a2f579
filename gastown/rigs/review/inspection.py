"""inspect: what code sees in a change, for the reviewer to read and for the record to keep."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gastown.agents.brief import material
from gastown.rigs.diff import changed_lines, diff
from gastown.rigs.gauge.leftovers import clear_leftovers
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.guard.finding import Fault, told
from gastown.rigs.guard.guard import guard
from gastown.rigs.review.coverage import Coverage, measure
from gastown.rigs.review.covered import Changed
from gastown.rigs.review.performance import slow_lines

MAX_BYTES = 1 << 20  # of one file that is looked into
KEPT = 200  # findings that stay on record


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was seen. Only what is `certain` of `faults` stands in the way of an approval."""

    faults: tuple[Fault, ...]
    coverage: Coverage

    @property
    def all(self) -> tuple[Fault, ...]:
        """Faults, and lines that no test runs."""
        return (*self.faults, *self.coverage.faults)

    @property
    def certain(self) -> tuple[Fault, ...]:
        """What the rig cannot run."""
        return tuple(one for one in self.faults if one.certain)

    @property
    def text(self) -> str:
        """For the reviewing model."""
        found = told(self.all) or "nothing was found by code"
        return material("what code found in the change", f"{self.coverage.line}\n{found}")

    @property
    def facts(self) -> dict[str, Any]:
        """For the record: each finding with file and line."""
        return {
            "coverage": self.coverage.line,
            "findings": [one._asdict() for one in self.all[:KEPT]],
        }


def inspect(base: str, tests: Sequence[str], run: GaugeRun) -> Inspection:
    """Judge what the worktree of `run` changed since `base`, committed or not.

    The rig's tests are run once more, to see which lines they reach; the report and the log of
    that stay in the run's folder.

    Args:
        base: The commit before the change.
        tests: Globs of the rig's tests: they are not measured.
        run: Where, how, and in which jail.

    Raises:
        GitError: The worktree's `.git` file was tampered with.
        JailError: The tests could not be started.
    """
    lines = changed_lines(diff(run.worktree, base))
    faults = [*guard(run.worktree, base).faults, *_slow(run.worktree, lines)]
    run.out.mkdir(parents=True, exist_ok=True)
    try:
        coverage = measure(run, lines, tests)
    finally:
        clear_leftovers(run.out, {run.log, run.out / "lines.json"})
    return Inspection(tuple(faults), coverage)


def _slow(worktree: Path, lines: Changed) -> Iterator[Fault]:
    for file, numbers in lines.items():
        path = worktree / file
        plain = path.is_file() and not path.is_symlink()
        if not plain or path.stat().st_size > MAX_BYTES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        yield from (one for one in slow_lines(file, text) if one.line in numbers)


def fault_lines(facts: Mapping[str, Any]) -> list[str]:
    """`file:line: text` of each finding on record."""
    return [f"{one['file']}:{one['line']}: {one['text']}" for one in facts["findings"]]
