"""The gauge of Godot rigs, in the engine where there is one, and by the parse check."""

import os
import shutil
import sys

import pytest

from gastown.errors import ConfigError
from gastown.rigs.gauge.gauge import run_gauge
from gastown.rigs.gauge.godot_engine import find_engine
from gastown.rigs.redness import judge_redness
from gastown.town.tables.rigs import GaugeTable
from tests.gastown.rigs.gauge.conftest import junk
from tests.godot.engine import need_engine

RUNNER = """extends SceneTree
func _initialize() -> void:
	var results: Array[Dictionary] = []
	for file: String in DirAccess.get_files_at("res://tests"):
		if file.begins_with("test_") and file.ends_with(".gd"):
			results.append_array(_file("res://tests/" + file))
	var bad: Array[Dictionary] = results.filter(func(r: Dictionary) -> bool: return not r.passed)
	print(JSON.stringify({"passed": bad.is_empty(), "results": results}))
	quit(1 if bad else 0)
func _file(path: String) -> Array[Dictionary]:
	var script: GDScript = load(path)
	if script == null or not script.can_instantiate():
		return []
	var results: Array[Dictionary] = []
	for method: Dictionary in script.get_script_method_list():
		if str(method.name).begins_with("test_"):
			var why: String = str(script.new().call(method.name))
			why = "" if why == "<null>" else why
			results.append({"name": method.name, "file": path, "passed": not why, "message": why})
	return results
"""
CLOCK = """class_name Clock
extends RefCounted
static func beats(seconds: float) -> float:
	return seconds * 2.0
"""
GOOD = """extends RefCounted
const Own := preload("res://src/clock.gd")
func test_two_beats_a_second() -> String:
	return "" if Own.beats(1.0) == 2.0 else "got %s" % Own.beats(1.0)
"""
FILES = {
    "project.godot": 'config_version=5\n\n[application]\n\nconfig/name="mini"\n',
    "src/clock.gd": CLOCK,
    "tests/run_tests.gd": RUNNER,
    "tests/test_clock.gd": GOOD,
}
GRID = """extends RefCounted
const Own := preload("res://src/clock.gd")
func test_snap() -> String:
	return "" if Own.snap(1.1) == 1.0 else "not snapped"
"""
BY_NAME = """extends RefCounted
func test_by_name() -> String:
	return "" if Clock.beats(1.0) == 2.0 else "wrong"
"""


@pytest.fixture(params=["engine", "parse check"])
def engine(request, monkeypatch, tmp_path):
    """With the engine of this machine, and as if it had none."""
    if request.param == "parse check":
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "git").symlink_to(str(shutil.which("git")))
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
        monkeypatch.delenv("GODOT_BIN", raising=False)
    else:
        monkeypatch.setenv("GODOT_BIN", str(need_engine()))
    return request.param


@pytest.fixture
def real_engine(monkeypatch):
    monkeypatch.setenv("GODOT_BIN", str(need_engine()))


@pytest.fixture
def gauge(rig, tmp_path, jail):
    root = rig(FILES)

    def run(files=None, *, only=(), remove=(), **table: object):
        for name in remove:
            (root / name).unlink()
        for name, text in (files or {}).items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        before = junk(root)
        settings = GaugeTable.model_validate({"kind": "godot-script", "timeout_s": 60, **table})
        report = run_gauge(settings, root, tmp_path / "out", jail, only=only)
        assert junk(root) == before
        return report

    return run


def test_a_good_rig_is_green_and_the_board_is_told_who_ran_it(engine, gauge):
    report = gauge()

    assert report.green, report
    assert [(c.file, c.status) for c in report.cases] == [("tests/test_clock.gd", "passed")]
    if engine == "engine":
        assert report.runner.startswith("Godot 4.")
    else:
        assert report.line == "1 passed (parse check, no Godot found)"


def test_a_test_of_what_is_missing_is_red_for_the_right_reason_and_green_after_the_work(
    engine, gauge
):
    before = gauge()
    after = gauge({"tests/test_grid.gd": GRID})
    redness = judge_redness(before, after, ["tests/test_grid.gd"], frozenset({"snap"}))
    wrong = judge_redness(before, after, ["tests/test_grid.gd"], frozenset({"other"}))

    assert (redness.red, redness.right) == (True, True), redness
    assert (wrong.red, wrong.right) == (True, False)
    assert [(c.file, c.status) for c in redness.cases] == [("tests/test_grid.gd", "error")]

    snap = "static func snap(beat: float) -> float:\n\treturn roundf(beat)\n"
    assert gauge({"src/clock.gd": CLOCK + snap}).green


def test_a_test_that_does_not_parse_is_red_for_the_wrong_reason(engine, gauge):
    after = gauge({"tests/test_grid.gd": "extends RefCounted\nfunc test_a( -> void:\n\tpass\n"})
    redness = judge_redness(
        gauge(remove=["tests/test_grid.gd"]), after, ["tests/test_grid.gd"], frozenset()
    )

    assert (redness.red, redness.right) == (True, False)
    assert "does not compile" in redness.reasons[0]


def test_a_broken_script_beside_the_tests_is_not_green(engine, gauge):
    report = gauge({"src/clock.gd": "extends RefCounted\nfunc beats(:\n"})

    assert not report.green
    assert "src/clock.gd" in "".join([*report.problems, *(case.message for case in report.red)])


def test_no_test_at_all_is_a_problem(engine, gauge):
    report = gauge(remove=["tests/test_clock.gd"])
    assert report.problems == ("no tests ran, at least 1 had to",)


def test_only_narrows_the_cases(engine, gauge):
    report = gauge({"tests/test_grid.gd": GRID}, only=["tests/test_clock.gd"])

    assert report.green
    assert [case.file for case in report.cases] == ["tests/test_clock.gd"]


def test_a_project_may_be_a_hidden_folder_of_the_rig(engine, gauge):
    inner = {f".testbed/{name}": text for name, text in FILES.items()}

    report = gauge(inner, project=".testbed")
    assert report.green, report
    assert [case.file for case in report.cases] == [".testbed/tests/test_clock.gd"]


@pytest.mark.usefixtures("real_engine")
def test_a_failed_check_is_a_failed_case(gauge):
    report = gauge({"tests/test_clock.gd": GOOD.replace("== 2.0", "== 3.0")})

    assert [(c.name, c.status, c.message) for c in report.red] == [
        ("test_two_beats_a_second", "failed", "got 2.0")
    ]
    assert not report.problems


@pytest.mark.usefixtures("real_engine")
def test_a_rig_that_reaches_scripts_by_class_name_is_imported_first(gauge, tmp_path):
    report = gauge({"tests/test_by_name.gd": BY_NAME})

    assert report.green, report
    assert (tmp_path / "out" / "import.log").exists()


@pytest.mark.usefixtures("real_engine")
def test_a_runner_that_never_ends_is_stopped(gauge):
    report = gauge({"tests/run_tests.gd": "extends SceneTree\n"}, timeout_s=3)

    assert not report.green
    assert report.problems[0] == "stopped after 3 s (gauge.timeout_s)"


@pytest.mark.usefixtures("real_engine")
def test_a_rig_without_its_runner_is_an_error_of_the_table(gauge):
    with pytest.raises(ConfigError, match=r"gauge\.runner: res://tests/absent\.gd is no file"):
        gauge(runner="res://tests/absent.gd")


def test_the_engine_of_the_table_wins_then_the_environments_then_path(tmp_path):
    true, env = shutil.which("true"), shutil.which("env")
    assert true and env  # noqa: PT018 - both are there or neither
    (tmp_path / "godot4").symlink_to(sys.executable)
    environ = {"GODOT_BIN": env, "PATH": str(tmp_path)}

    assert str(find_engine(true, environ)) == true
    assert str(find_engine("", environ)) == env
    assert find_engine("", {"PATH": str(tmp_path)}) == tmp_path / "godot4"
    assert find_engine("", {"PATH": "/nowhere"}) is None


@pytest.mark.parametrize(
    ("configured", "environ", "key"),
    [("/nowhere/godot", {}, r"gauge\.engine"), ("", {"GODOT_BIN": "/nowhere/g"}, r"\$GODOT_BIN")],
)
def test_an_engine_that_is_named_and_not_there_is_an_error(configured, environ, key):
    with pytest.raises(ConfigError, match=f"{key}: /nowhere/"):
        find_engine(configured, {"PATH": os.defpath, **environ})
