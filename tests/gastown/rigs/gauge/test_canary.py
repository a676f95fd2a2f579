"""The canary finds who turns tests green, and is in nobody else's way."""

import re

import pytest

from gastown.rigs.gauge.canary import FORGED, canary_problems, new_token, take_out
from gastown.rigs.gauge.gauge import run_gauge
from gastown.rigs.report import TestCase
from gastown.town.tables.rigs import GaugeTable

TOKEN = "5ca1ab1e5ca1ab1e"
RED = "def test_f(): assert 1 == 2\n"
GOOD = "def test_f(): pass\ndef test_g(): pass\n"
SETTINGS = "[tool.pytest.ini_options]\n"
GREEN_HOOK = """
import pytest
@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    report.outcome, report.longrepr = "passed", None
    return report
"""
GREEN_CALL = """
import pytest
@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    try:
        return (yield)
    except AssertionError:
        return True
"""
OWN_REPORT = """
import atexit, os, sys
place = [a.split("=", 1)[1] for a in sys.argv if a.startswith("--junitxml=")][0]
def forge():
    case = '<testcase classname="tests.test_a" name="test_f" file="tests/test_a.py"/>'
    open(place, "w").write(f"<testsuites><testsuite>{case}</testsuite></testsuites>")
    os._exit(0)
atexit.register(forge)
"""
PATCH = """
import _pytest.python
_pytest.python.Function.runtest = lambda self: None
"""


@pytest.fixture
def gauge(rig, tmp_path, jail):
    def run(files, *, only=()):
        return run_gauge(GaugeTable(kind="pytest"), rig(files), tmp_path / "out", jail, only=only)

    return run


@pytest.mark.parametrize(
    "files",
    [
        {"conftest.py": GREEN_HOOK},
        {"tests/conftest.py": GREEN_CALL},
        {"pyproject.toml": f"{SETTINGS}addopts = '-p nasty'\n", "nasty.py": GREEN_HOOK},
        {
            "pyproject.toml": f"{SETTINGS}addopts = '-p nasty -n 2'\n",
            "nasty.py": GREEN_HOOK,
        },
        {"evil.egg-info/entry_points.txt": "[pytest11]\nx = nasty\n",
         "evil.egg-info/PKG-INFO": "Name: evil\nVersion: 1\n", "nasty.py": GREEN_CALL},
        {"tests/test_a.py": f"import nasty\n{RED}", "nasty.py": OWN_REPORT,
         "pytest.ini": "[pytest]\npythonpath = .\n"},
        {"tests/test_a.py": f"import nasty\n{RED}", "nasty.py": PATCH, "conftest.py": ""},
    ],
)  # fmt: skip
def test_who_turns_every_test_green_is_found(gauge, files):
    report = gauge({"tests/test_a.py": RED, **files})

    assert not report.green
    assert [problem.partition(":")[0] for problem in report.problems] == [FORGED]
    assert [case.name for case in report.cases] == ["test_f"]


def test_a_module_that_is_called_like_the_runner_does_not_stand_in_for_it(gauge):
    report = gauge({"tests/test_a.py": RED, "pytest.py": OWN_REPORT, "_pytest/__init__.py": ""})

    assert report.problems == ()
    assert [case.status for case in report.cases] == ["failed"]


ONCE = """
import pytest
starts = []
@pytest.fixture(autouse=True, scope="session")
def server():
    assert not starts
    starts.append(1)
@pytest.fixture(autouse=True)
def each(request):
    assert request.node.name.startswith("test_")
"""


PICKY = """\
addopts = [
  "-p", "no:xdist", "--import-mode=importlib", "-k", "test_f or test_g", "-m", "not slow",
  "--strict-markers", "--strict-config", "--maxfail=1", "--durations=5", "--doctest-modules",
]
markers = ["slow"]
testpaths = ["tests"]
python_functions = "test_[fg]"
filterwarnings = ["error"]
"""


@pytest.mark.parametrize(
    ("options", "files"),
    [
        ("", {"conftest.py": ONCE}),
        ("addopts = '-x'", {"tests/conftest.py": ONCE, "tests/__init__.py": ""}),
        ("addopts = '-n 2 --dist=loadfile'", {}),
        (PICKY, {"other/test_no.py": "assert 0", "tests/deep/zebra.py": "'>>> 1'"}),
    ],
)
def test_an_honest_run_shows_nothing_of_the_canary(gauge, tmp_path, options, files):
    report = gauge({"pyproject.toml": f"{SETTINGS}{options}\n", "tests/test_a.py": GOOD, **files})

    log = (tmp_path / "out" / "tests.log").read_text()
    assert [one for one in report.problems if "other/" not in one] == []
    assert [(case.name, case.status) for case in report.cases] == [
        ("test_f", "passed"), ("test_g", "passed"),
    ]  # fmt: skip
    assert re.findall(r"failed|Error|(?:passes|fails)_[0-9a-f]{16}", log) == []
    assert "2 passed" in log


@pytest.mark.parametrize("options", ["addopts = '-x'", "addopts = '-n 2'"])
def test_a_red_run_is_red_for_its_own_reasons_only(gauge, options):
    report = gauge({"pyproject.toml": f"{SETTINGS}{options}\n", "tests/test_a.py": RED})

    assert report.problems == ()
    assert [case.name for case in report.red] == ["test_f"]


def test_one_test_alone_has_its_canary_too(gauge):
    files = {"tests/test_a.py": GOOD, "conftest.py": GREEN_HOOK}

    assert gauge(files, only=["tests/test_a.py::test_f"]).problems[0].startswith(FORGED)


def _case(name, status):
    return TestCase(name=name, file="<string>", status=status)


GIVEN = [_case(f"gauge::passes_{TOKEN}", "passed"), _case(f"fails_{TOKEN}", "failed")]


def test_the_canarys_cases_are_told_from_the_rigs():
    mine = _case("test_passes", "passed")

    assert take_out([GIVEN[0], mine, GIVEN[1]], TOKEN) == ((mine,), tuple(GIVEN))


@pytest.mark.parametrize(
    ("ours", "told"),
    [
        ((), "both are missing"),
        (GIVEN[:1], "passes_was passed"),
        ((*GIVEN, GIVEN[0]), "passes_was passed, fails_was failed, gauge::passes_was passed"),
        ((GIVEN[0], _case(f"fails_{TOKEN}", "passed")), "passes_was passed, fails_was passed"),
        ((_case(f"passes_{TOKEN}", "error"), GIVEN[1]), "passes_was error, fails_was failed"),
    ],
)
def test_both_must_come_back_exactly_as_they_must(ours, told):
    (problem,) = canary_problems(ours, TOKEN, else_green=True)

    assert problem.startswith(FORGED)
    assert problem.endswith(told)


def test_a_run_that_is_red_anyway_may_have_ended_before_the_canary():
    assert canary_problems((), TOKEN, else_green=False) == ()
    assert canary_problems(GIVEN, TOKEN, else_green=False) == ()
    assert canary_problems(GIVEN[:1], TOKEN, else_green=False)


def test_no_two_runs_share_a_token():
    assert len({new_token() for _ in range(100)}) == 100
