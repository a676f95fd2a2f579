"""jest and vitest: what makes them tell of each test, and what they tell.

Neither obeys a variable of ours, as Node's own runner does, but both take options.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from gastown.rigs.gauge.junit import MAX_CASES, Junit
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.gauge.verdict import read_plain, read_report
from gastown.rigs.report import CaseStatus, TestCase

_ALONE = re.compile(r"[^&|;]*")  # what is added to a command reaches its last program only
_RUNNER = re.compile(r"\b(jest|vitest)\b")
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_STATUS: dict[str, CaseStatus] = {"passed": "passed", "failed": "failed"}  # else it did not run
_CHARS = 3_000  # of what a test says


class _Test(BaseModel):
    name: str = Field(alias="fullName")
    status: str
    said: list[str] = Field(default=[], alias="failureMessages")


class _File(BaseModel):
    path: str = Field(alias="name")
    status: Literal["passed", "failed", "skipped", "pending", "focused"] = "passed"
    message: str = ""
    tests: list[_Test] = Field(alias="assertionResults")


class _Told(BaseModel):
    files: list[_File] = Field(alias="testResults")


def runner_in(script: str) -> str:
    """Which of the two a test script ends with; empty where none, or where more is run."""
    found = _RUNNER.search(script)
    return found[1] if found and _ALONE.fullmatch(script) else ""


def script_of(manifest: str) -> str:
    """The test script of a package.json; empty where there is none."""
    try:
        return str(json.loads(manifest or "{}")["scripts"]["test"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def with_options(command: Sequence[str], options: Sequence[str]) -> list[str]:
    """The command with options for the program that it starts; npm hands on what follows `--`."""
    between = ["--"] if command[0] == "npm" and "--" not in command else []
    return [*command, *between, *options]


def telling(runner: str, report: Path) -> tuple[str, ...]:
    """What makes it write a report."""
    if runner == "jest":
        return ("--json", f"--outputFile={report}")
    return ("--reporter=default", "--reporter=junit", f"--outputFile.junit={report}")


def read_told(run: GaugeRun, runner: str, report: Path) -> Junit:
    """The cases, with their files from the worktree's root."""
    if runner == "vitest":
        told = read_report(report, [run.out])
        return Junit(tuple(_of_vitest(run, case) for case in told.cases), told.problems)
    data = read_plain(report, [run.out])
    if isinstance(data, str):
        return Junit((), (data,))
    try:
        found = TypeAdapter(_Told).validate_python(json.loads(data))
    except (ValidationError, ValueError, RecursionError):
        return Junit((), ("the report of jest cannot be read",))
    cases = tuple(case for file in found.files for case in _of_jest(run, file))
    if len(cases) > MAX_CASES:
        return Junit((), (f"the report holds more than {MAX_CASES} cases",))
    return Junit(cases)


def _of_vitest(run: GaugeRun, case: TestCase) -> TestCase:
    """A case that is called as its file is one that does not load."""
    file = _from_root(run, run.project / case.file) if case.file else ""
    name = case.name.rpartition("::")[2]
    if name != case.file or case.status != "failed":
        return case.model_copy(update={"file": file, "name": name})
    return case.model_copy(update={"file": file, "name": Path(file).name, "status": "error"})


def _of_jest(run: GaugeRun, told: _File) -> Iterator[TestCase]:
    """Its tests; a file that failed without one of them did not load, or broke around them."""
    file = _from_root(run, Path(told.path))
    for test in told.tests:
        status = _STATUS.get(test.status, "skipped")
        said = _plain("\n".join(test.said))
        yield TestCase(name=test.name, file=file, status=status, message=said)
    if told.status == "failed" and all(test.status != "failed" for test in told.tests):
        name = Path(file).name
        yield TestCase(name=name, file=file, status="error", message=_plain(told.message))


def _from_root(run: GaugeRun, path: Path) -> str:
    spot, root = path.resolve(), run.worktree.resolve()
    return spot.relative_to(root).as_posix() if spot.is_relative_to(root) else ""


def _plain(text: str) -> str:
    return _COLOURS.sub("", text)[:_CHARS]
