"""The gauge of Python rigs, on real runs of pytest in the real jail."""

import pytest

from gastown.rigs.gauge.gauge import run_gauge
from gastown.spans import recording
from gastown.town.tables.rigs import GaugeTable
from tests.gastown.rigs.gauge.conftest import junk

TABLE = GaugeTable(kind="pytest")
GOOD = "def test_good(): assert True\n"


@pytest.fixture
def gauge(rig, tmp_path, jail):
    def run(files, *, only=(), **table: object):
        root = rig({"lib/__init__.py": "", **files})
        settings = GaugeTable.model_validate({"kind": "pytest", **table})
        report = run_gauge(settings, root, tmp_path / "out", jail, only=only)
        assert junk(root) == ""
        return report

    return run


def told(report):
    return {(case.file, case.name): case.status for case in report.cases}


def test_a_good_run_is_green_and_says_who_ran_it(gauge):
    with recording() as spans:
        report = gauge({"tests/test_a.py": GOOD, "tests/deep/test_b.py": GOOD})

    assert report.green
    assert report.line == f"2 passed ({report.runner})"
    assert report.runner.startswith("pytest 9")
    assert told(report) == {
        ("tests/test_a.py", "test_good"): "passed",
        ("tests/deep/test_b.py", "test_good"): "passed",
    }
    assert [one.kind for one in spans] == ["tests"]


def test_each_case_has_its_status_and_the_end_of_its_story(gauge):
    report = gauge(
        {
            "tests/test_a.py": (
                "import pytest\n"
                "class TestThing:\n"
                "    @pytest.mark.parametrize('n', [1, 2])\n"
                "    def test_n(self, n): assert n == 1, 'n is wrong'\n"
                "@pytest.mark.skip(reason='later')\n"
                "def test_later(): pass\n"
                "def test_broken(absent): pass\n"
            )
        }
    )

    assert not report.green
    assert told(report) == {
        ("tests/test_a.py", "TestThing::test_n[1]"): "passed",
        ("tests/test_a.py", "TestThing::test_n[2]"): "failed",
        ("tests/test_a.py", "test_later"): "skipped",
        ("tests/test_a.py", "test_broken"): "error",
    }
    assert "n is wrong" in report.red[0].message
    assert "fixture 'absent' not found" in report.red[1].message
    assert "n is wrong" in report.tail


def test_a_file_that_does_not_import_is_an_error_and_the_others_still_run(gauge):
    report = gauge(
        {
            "tests/test_a.py": "from lib import combo_bonus\ndef test_x(): pass\n",
            "tests/test_b.py": "def test_(: pass\n",
            "tests/test_c.py": GOOD,
        }
    )

    assert [(c.file, c.status) for c in report.cases] == [
        ("tests/test_a.py", "error"),
        ("tests/test_b.py", "error"),
        ("tests/test_c.py", "passed"),
    ]
    assert report.problems == ()
    assert "cannot import name 'combo_bonus' from 'lib'" in report.cases[0].message
    assert "SyntaxError" in report.cases[1].message


def test_a_test_file_without_tests_is_a_problem(gauge):
    report = gauge({"tests/test_a.py": GOOD, "tests/test_empty.py": "x = 1\n"})

    assert not report.green
    assert report.problems == ("tests/test_empty.py did not report a single test",)


def test_no_test_at_all_is_a_problem(gauge):
    report = gauge({"tests/__init__.py": ""})

    assert not report.green
    assert "no tests ran, at least 1 had to" in report.problems


def test_skipped_tests_are_not_tests_that_ran(gauge):
    report = gauge({"tests/test_a.py": "import pytest\n@pytest.mark.skip\ndef test_x(): pass\n"})

    assert report.problems == ("no tests ran, at least 1 had to",)


def test_fewer_tests_than_the_rig_must_have_are_a_problem(gauge):
    report = gauge({"tests/test_a.py": GOOD}, min_tests=2)

    assert report.problems == ("1 test ran, at least 2 had to",)


def test_a_run_that_writes_no_report_is_a_problem_whatever_its_exit_code(gauge):
    for code in (0, 3):
        report = gauge({"tests/test_a.py": GOOD, "conftest.py": f"import os; os._exit({code})"})

        assert not report.green
        assert report.problems == ("no report was written to junit.xml",)


def test_an_exit_code_that_contradicts_the_report_is_a_problem(gauge):
    hook = "def pytest_sessionfinish(session): session.exitstatus = {}\n"

    red = gauge({"tests/test_a.py": "def test_x(): assert 0", "conftest.py": hook.format(0)})
    assert red.problems == ("the report has failures, yet the run ended with exit code 0",)
    green = gauge({"tests/test_a.py": GOOD, "conftest.py": hook.format(3)})
    assert green.problems == ("no case failed, yet the run ended with exit code 3",)


def test_a_run_that_hangs_is_stopped_and_is_a_problem(gauge):
    report = gauge({"tests/test_a.py": "import time\ndef test_x(): time.sleep(60)"}, timeout_s=1.5)

    assert not report.green
    assert report.problems[0] == "stopped after 1.5 s (gauge.timeout_s)"
    assert report.seconds < 10


def test_a_report_of_an_earlier_run_does_not_speak_for_this_one(gauge):
    assert gauge({"tests/test_a.py": GOOD}).green
    report = gauge({"tests/test_a.py": GOOD, "conftest.py": "import os; os._exit(0)"})
    assert report.problems == ("no report was written to junit.xml",)


def test_only_narrows_what_runs_and_what_must_report(gauge):
    files = {"tests/test_a.py": GOOD + "def test_two(): pass", "tests/test_b.py": "assert 0"}

    assert gauge(files, only=["tests/test_a.py"]).line.startswith("2 passed")
    assert gauge(files, only=["tests/test_a.py::test_two"]).line.startswith("1 passed")
    assert not gauge(files, only=["tests"]).green


def test_files_are_named_from_the_worktrees_root_where_the_project_is_a_folder_of_it(gauge):
    files = {"py/tests/test_a.py": GOOD, "py/lib2.py": "", "other/test_x.py": "assert 0"}

    report = gauge(files, project="py")
    assert report.green
    assert [case.file for case in report.cases] == ["py/tests/test_a.py"]
    assert gauge(files, project="py", only=["py/tests/test_a.py"]).green


def test_the_rig_may_say_which_files_must_report(gauge):
    report = gauge(
        {"tests/test_a.py": GOOD, "tests/check_b.py": GOOD}, expect_files=["tests/*_?.py"]
    )
    assert report.problems == ("tests/check_b.py did not report a single test",)


def test_tests_cannot_change_the_worktree(gauge, jail):
    if jail.name == "off":
        pytest.skip("no jail on this machine")
    report = gauge(
        {"tests/test_a.py": "def test_x(): open('lib/__init__.py', 'w').write('planted')"}
    )
    assert [case.status for case in report.cases] == ["failed"]


def test_the_whole_output_is_in_the_log(gauge, tmp_path):
    report = gauge({"tests/test_a.py": "def test_x():\n    print('deep inside')\n    assert 0"})

    assert report.log == str(tmp_path / "out" / "tests.log")
    assert "deep inside" in (tmp_path / "out" / "tests.log").read_text()
