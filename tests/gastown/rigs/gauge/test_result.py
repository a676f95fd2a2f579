"""What the Gauger says of a commit, on a line and on a page."""

from gastown.rigs.gauge.build import Build
from gastown.rigs.gauge.result import GaugeResult
from gastown.rigs.report import TestCase, TestReport

GREEN = TestReport(runner="pytest 9", cases=(TestCase(name="a", file="t.py", status="passed"),))
EVIL = "```\n# not a heading\n````"
RED = TestReport(
    runner="pytest 9", cases=(TestCase(name="a", file="t.py", status="failed", message=EVIL),)
)
BUILT = Build(name="web", preset="Web", status="built", size=2_000_000, booted="ran 1 s")
SKIPPED = Build(name="win", preset="Win", status="skipped", problems=("no template",))
FAILED = Build(name="mac", preset="Mac", status="failed", problems=("exit 1",))


def result(tests, *builds: Build):
    return GaugeResult(name="garden", commit="a" * 40, kind="pytest", tests=tests, builds=builds)


def test_green_tests_and_builds_that_did_not_fail_are_good():
    assert result(GREEN).good
    assert result(GREEN, BUILT, SKIPPED).good
    assert not result(GREEN, BUILT, FAILED).good
    assert not result(RED).good


def test_the_line_tells_tests_and_builds():
    assert result(GREEN).line == "garden at aaaaaaaaaa: 1 passed (pytest 9)"
    assert result(GREEN, BUILT, FAILED).line.endswith("; 1 of 2 built")
    assert BUILT.line == "Web: built, 2.0 MB, ran 1 s"
    assert SKIPPED.line == "Win: skipped, no template"


def test_what_a_test_printed_stays_text_on_the_page():
    page = result(RED, FAILED).markdown()

    assert "# garden at `aaaaaaaaaa`: not green" in page
    fence = next(line for line in page.splitlines() if line.endswith("text"))
    assert fence == "`````text"
    assert page.count("\n`````\n") == 1
