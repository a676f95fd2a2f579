"""Exam: what a model left behind, judged by what it never saw.

Nothing is believed: hidden tests are run on its change; its tests are run on code that is right
and on code that is wrong; its answer is held against rules.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import NamedTuple

from pydantic import BaseModel

from gastown.auditions.expect import unmet
from gastown.auditions.task import AuditionTask, Files
from gastown.rigs.report import TestReport

Gauge = Callable[[Path], TestReport]
"""Runs the tests of the rig in a folder."""
_SHOWN = 400


class Mark(NamedTuple):
    """Passed or not, and why."""

    passed: bool
    why: str


def judge_change(task: AuditionTask, work: Path, scratch: Path, gauge: Gauge) -> Mark:
    """Run the hidden tests on a change; `scratch` is an empty folder to do so in."""
    report = gauge(_laid(work, scratch / "hidden", task.hidden))
    hidden = {case.file for case in report.cases} & set(task.hidden)
    if report.green and not hidden:
        return Mark(passed=False, why="the hidden tests did not run")
    return Mark(report.green, "hidden tests green" if report.green else _red(report))


def judge_tests(task: AuditionTask, work: Path, scratch: Path, gauge: Gauge) -> Mark:
    """Run its tests on the rig as it is, on right code and on each wrong code."""
    if gauge(_laid(work, scratch / "before", {})).green:
        return Mark(passed=False, why="its tests pass before the work is done")
    right = gauge(_laid(work, scratch / "right", task.solution))
    if not right.green:
        return Mark(passed=False, why=f"its tests are red on right code: {_red(right)}")
    for number, wrong in enumerate(task.wrong, 1):
        if gauge(_laid(work, scratch / f"wrong-{number}", {**task.solution, **wrong})).green:
            return Mark(passed=False, why=f"its tests pass on wrong code no. {number}")
    return Mark(passed=True, why=f"red without the work, green with it, {_found(task.wrong)}")


def judge_answer(task: AuditionTask, answer: BaseModel | Mapping[str, object]) -> Mark:
    """Hold an answer against the rules."""
    document = answer.model_dump(mode="json") if isinstance(answer, BaseModel) else answer
    faults = unmet(task.expect, document)
    return Mark(not faults, "; ".join(faults) or "as expected")


def lay(files: Files, folder: Path) -> Path:
    """Write files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _laid(work: Path, onto: Path, files: Files) -> Path:
    copytree(work, onto, symlinks=True, ignore=ignore_patterns(".git"))
    return lay(files, onto)


def _red(report: TestReport) -> str:
    return "; ".join(_reasons(report))[:_SHOWN]


def _reasons(report: TestReport) -> Iterator[str]:
    yield report.line
    yield from report.problems[:2]
    for case in report.red[:3]:
        first = next((line for line in case.message.splitlines() if line.strip()), case.status)
        yield f"{case.name}: {first.strip()[:80]}"


def _found(wrong: tuple[Files, ...]) -> str:
    return f"{len(wrong)} wrong one{'s' * (len(wrong) != 1)} found out"
