"""The gauge of rigs that are tested with gdUnit4, in the real engine, with a stand-in for it."""

from pathlib import Path

import pytest

from gastown.rigs.gauge.checks import IDLE
from gastown.rigs.gauge.gauge import run_gauge
from gastown.town.tables.gauge import GaugeTable
from tests.godot.engine import need_engine
from tests.godot.gdunit4_like import gdunit4_like

HEAD = "extends GdUnitTestSuite\n"
FILES = {
    "project.godot": 'config_version=5\n\n[application]\n\nconfig/name="mini"\n',
    "src/clock.gd": (
        "class_name Clock\nextends RefCounted\nstatic func beats(s: int) -> int:\n\treturn s * 2\n"
    ),
    "test/unit/clock_test.gd": (
        f"{HEAD}func test_two() -> void:\n\tassert_int(Clock.beats(1), 2)\n"
        "func test_three() -> void:\n\tassert_int(Clock.beats(1), 3)\n"
    ),
    "test/named.gd": (
        f"class_name BeatSpec\n{HEAD}func test_none() -> void:\n\tassert_int(Clock.beats(0), 0)\n"
    ),
    "test/crash_test.gd": (
        f"{HEAD}func test_crash() -> void:\n\tvar n: Object = null\n\tn.call('x')\n"
    ),
    "test/idle_test.gd": (
        f"{HEAD}func test_idle() -> void:\n\tClock.beats(1)\n"
        "func test_helped() -> void:\n\tHelper.same(self, Clock.beats(1), 2)\n"
    ),
    "test/grid_test.gd": f"{HEAD}func test_grid() -> void:\n\tassert_int(Grid.snap(1), 1)\n",
    "test/helper.gd": (
        "class_name Helper\nextends RefCounted\n"
        "static func same(suite: Object, a: int, b: int) -> void:\n\tsuite.assert_int(a, b)\n"
    ),
    **{f"addons/gdUnit4/{name}": text for name, text in gdunit4_like().items()},
}


def gauge(root: Path, files, jail, **table: object):
    for name, text in files.items():
        (root / "rig" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "rig" / name).write_text(text)
    known = {"kind": "godot-gdunit4", "tests": ["res://test"], "timeout_s": 120}
    settings = GaugeTable.model_validate({**known, **table})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GODOT_BIN", str(need_engine()))
        return run_gauge(settings, root / "rig", root / "out", jail)


@pytest.fixture(scope="module")
def report(tmp_path_factory, jail):
    return gauge(tmp_path_factory.mktemp("gdunit4"), FILES, jail)


def cases(report, file):
    return [(case.name, case.status) for case in report.cases if case.file == file]


def test_a_suite_is_found_by_its_file_s_name_or_by_its_class(report):
    assert cases(report, "test/unit/clock_test.gd") == [
        ("test_two", "passed"),
        ("test_three", "failed"),
    ]
    assert cases(report, "test/named.gd") == [("test_none", "passed")]
    assert report.runner.startswith("gdUnit4, Godot 4.")


def test_a_suite_that_does_not_compile_is_red_although_it_is_left_out(report):
    assert cases(report, "test/grid_test.gd") == [("grid_test.gd", "error")]


def test_an_error_of_the_engine_makes_a_passed_test_red(report):
    assert cases(report, "test/crash_test.gd") == [("test_crash", "error")]


def test_a_test_that_checks_nothing_is_red_although_it_passed(report):
    assert cases(report, "test/idle_test.gd") == [("test_idle", "error"), ("test_helped", "passed")]
    assert [case.message for case in report.red if case.name == "test_idle"] == [IDLE]


def test_a_script_beside_the_suites_need_not_report(report):
    assert report.problems == ()


def test_no_test_at_all_is_a_problem_although_it_ends_with_0(tmp_path, jail):
    files = {name: text for name, text in FILES.items() if not name.startswith("test/")}
    none = gauge(tmp_path, {**files, "test/helper.gd": FILES["test/helper.gd"]}, jail)

    assert none.problems == (
        "no report was written to results.xml",
        "no tests ran, at least 1 had to",
    )
