"""Marks: hidden tests that did not run are no pass; tests are tried on code that is wrong."""

from pathlib import Path

import pytest

from gastown.auditions.exam import judge_change, judge_tests, lay
from gastown.auditions.task import AuditionTask
from gastown.rigs.report import CaseStatus, TestCase, TestReport

TASK = {
    "key": "k", "role": "polecat", "difficulty": "easy", "language": "python",
    "title": "t", "task": "t", "files": {"a.py": "old"},
}  # fmt: skip
CHANGE = AuditionTask.model_validate(
    {**TASK, "form": "change", "hidden": {"tests/h.py": "h"}, "solution": {"a.py": "new"}}
)
TESTS = AuditionTask.model_validate(
    {**TASK, "form": "tests", "solution": {"a.py": "new"}, "wrong": [{"a.py": "odd"}]}
)


def report(*cases: tuple[str, CaseStatus]) -> TestReport:
    found = [TestCase(name=f"test {file}", file=file, status=status) for file, status in cases]
    return TestReport(runner="test", cases=tuple(found))


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return lay({"a.py": "mine"}, tmp_path / "work")


def test_hidden_tests_are_laid_over_a_copy(work, tmp_path):
    def gauge(path: Path) -> TestReport:
        assert (path / "a.py").read_text() == "mine"
        return report(("tests/h.py", "passed" if (path / "tests/h.py").exists() else "failed"))

    assert judge_change(CHANGE, work, tmp_path / "s", gauge).passed
    assert not (work / "tests").exists()


def test_green_without_the_hidden_tests_is_no_pass(work, tmp_path):
    mark = judge_change(CHANGE, work, tmp_path / "s", lambda _: report(("tests/x.py", "passed")))
    assert (mark.passed, mark.why) == (False, "the hidden tests did not run")


@pytest.mark.parametrize(
    ("red_on", "why"),
    [
        ({"mine", "odd"}, "red without the work, green with it, 1 wrong one found out"),
        ({"odd"}, "its tests pass before the work is done"),
        ({"mine", "new", "odd"}, "its tests are red on right code"),
        ({"mine"}, "its tests pass on wrong code no. 1"),
    ],
)
def test_tests_must_tell_right_from_wrong(work, tmp_path, red_on, why):
    def gauge(path: Path) -> TestReport:
        red = (path / "a.py").read_text() in red_on
        return report(("tests/t.py", "failed" if red else "passed"))

    mark = judge_tests(TESTS, work, tmp_path / "s", gauge)
    assert mark.why.startswith(why)
    assert mark.passed == why.startswith("red without")
