"""The gauge of rigs that are tested with GUT, in the real engine, with a stand-in for GUT.

Each trap is a file of one rig, which is run once: its exit code would tell of none but the first.
"""

import shutil
from pathlib import Path

import pytest

from gastown.agents.jail import find_jail
from gastown.rigs.gauge.around import Around
from gastown.rigs.gauge.gauge import run_gauge
from gastown.rigs.gauge.godot_gut import Gut
from gastown.rigs.gauge.run import GaugeRun
from gastown.rigs.redness import judge_redness
from gastown.town.tables.gauge import GaugeTable
from tests.godot.engine import need_engine
from tests.godot.gut_like import gut_like

ADDONS = """{
  // as GodotEnv reads it
  "path": "addons",
  "addons": {
    "gut": {"url": "../../vendor-gut", "source": "symlink", "subfolder": "gut"},
    "aero-clock": {"url": "..", "source": "symlink"}, /* the rig itself */
  },
}
"""
CLOCK = """class_name AeroClock
extends RefCounted
static func beats(seconds: float) -> float:
	return seconds * 2.0
"""
GOOD = """extends GutTest
const Own := preload("res://addons/aero-clock/src/clock.gd")
func test_by_path() -> void:
	assert_eq(Own.beats(1.0), 2.0)
func test_by_class_name() -> void:
	assert_eq(AeroClock.beats(2.0), 4.0)
func test_later() -> void:
	pending("not yet")
"""
HEALTHY = {
    ".testbed/project.godot": 'config_version=5\n\n[application]\n\nconfig/name="mini"\n',
    ".testbed/addons.jsonc": ADDONS,
    ".testbed/tests/unit/test_clock.gd": GOOD,
    "src/clock.gd": CLOCK,
    ".gitignore": ".testbed/addons/\n.testbed/.godot/\n",
}
TRAPS = {
    ".testbed/tests/test_wrong.gd": (
        "extends GutTest\nfunc test_wrong() -> void:\n\tassert_eq(AeroClock.beats(1.0), 3.0)\n"
    ),
    ".testbed/tests/test_nothing.gd": "extends GutTest\nfunc test_nothing() -> void:\n\tpass\n",
    ".testbed/tests/test_syntax.gd": "extends GutTest\nfunc test_syntax( -> void:\n\tpass\n",
    ".testbed/tests/test_grid.gd": (
        "extends GutTest\nfunc test_grid() -> void:\n\tassert_eq(AeroGrid.snap(1.1), 1.0)\n"
    ),
    ".testbed/tests/test_crash.gd": (
        "extends GutTest\nfunc test_crash() -> void:\n\tassert_eq(1, 1)\n\tvar n: Object = null\n"
        '\tn.call("x")\n\tassert_eq(1, 2)\n'
    ),
    "src/broken.gd": "extends RefCounted\nfunc beats() -> float:\n\treturn rand_range(1.0, 2.0)\n",
}
CLASSES = """list=[{
"base": &"RefCounted", "class": &"GutTest", "icon": "", "is_abstract": false, "is_tool": false,
"language": &"GDScript", "path": "res://addons/gut/test.gd"
}, {
"base": &"RefCounted", "class": &"AeroClock", "icon": "", "is_abstract": false, "is_tool": false,
"language": &"GDScript", "path": "res://addons/aero-clock/src/clock.gd"
}]
"""
IMPORTING = """#!/bin/sh
case " $* " in *" --import "*)
    mkdir -p .godot && cp {cache} .godot/global_script_class_cache.cfg
    exit 0
esac
exec {engine} "$@"
"""
TEST = "func test_it() -> void:\n\tpass\n"
TABLE = GaugeTable.model_validate({"kind": "godot-gut", "project": ".testbed", "timeout_s": 120})


@pytest.fixture(scope="module")
def beside(tmp_path_factory):
    """A folder of checkouts, in which what stands in for GUT is one."""
    folder = tmp_path_factory.mktemp("beside")
    write(folder / "vendor-gut" / "gut", gut_like())
    return folder


@pytest.fixture(scope="module")
def gauge(beside, jail):
    """Gauge a rig of these files, which stays as it was."""

    def run(root: Path, files, *, only=(), table=TABLE):
        shutil.rmtree(root, ignore_errors=True)
        write(root / "rig", files)
        were = [sorted(folder.rglob("*")) for folder in (root / "rig", beside)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GODOT_BIN", str(need_engine()))
            around = Around(folders=(beside,))
            report = run_gauge(table, root / "rig", root / "out", jail, only=only, around=around)
        assert [sorted(folder.rglob("*")) for folder in (root / "rig", beside)] == were
        return report

    return run


def write(root: Path, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.fixture(scope="module")
def before(gauge, tmp_path_factory):
    return gauge(tmp_path_factory.mktemp("healthy") / "r", HEALTHY)


@pytest.fixture(scope="module")
def after(gauge, tmp_path_factory):
    return gauge(tmp_path_factory.mktemp("traps") / "r", {**HEALTHY, **TRAPS})


def cases(report, name):
    return [(c.name, c.status) for c in report.cases if c.file == f".testbed/tests/{name}"]


def test_a_healthy_rig_is_green_with_its_addons_restored(before):
    assert before.green, before
    assert before.runner.startswith("GUT 9.4.0, Godot 4.")
    assert cases(before, "unit/test_clock.gd") == [
        ("test_by_path", "passed"),
        ("test_by_class_name", "passed"),
        ("test_later", "skipped"),
    ]


def test_a_failed_assertion_is_a_failed_case(after):
    assert cases(after, "test_wrong.gd") == [("test_wrong", "failed")]


def test_a_test_without_an_assertion_is_red_although_it_passes(after):
    assert cases(after, "test_nothing.gd") == [("test_nothing", "error")]
    assert any(case.message.startswith("checked nothing") for case in after.red)


def test_a_test_file_that_does_not_parse_is_red_although_it_is_left_out(after):
    assert cases(after, "test_syntax.gd") == [("test_syntax.gd", "error")]


def test_an_error_of_the_engine_makes_a_passed_test_red(after):
    assert cases(after, "test_crash.gd") == [("test_crash", "error")]


def test_a_broken_script_that_no_test_uses_is_a_problem(after):
    assert any(
        problem.startswith("src/broken.gd") and "rand_range" in problem
        for problem in after.problems
    )
    assert len(after.problems) == 1, after.problems


def test_a_test_of_what_is_missing_is_red_for_the_right_reason_and_one_that_is_broken_is_not(
    before, after
):
    clean = after.model_copy(update={"problems": ()})

    def red(name, *names: str):
        return judge_redness(before, clean, [f".testbed/tests/{name}"], frozenset(names))

    assert (red("test_grid.gd", "AeroGrid").red, red("test_grid.gd", "AeroGrid").right) == (
        True,
        True,
    )
    assert not red("test_grid.gd", "Other").right
    assert not red("test_syntax.gd", "AeroGrid").right
    assert "checks nothing" in red("test_nothing.gd").reasons[0]
    assert "crashes" in red("test_crash.gd").reasons[0]


def test_a_helper_that_is_named_like_a_test_need_not_report_and_a_broken_test_must(tmp_path, jail):
    write(
        tmp_path,
        {
            "tests/test_a.gd": f"extends GutTest\n{TEST}",
            "tests/test_b.gd": f"class_name B extends Base\nclass Inner extends Node:\n\t{TEST}",
            "tests/test_base.gd": "class_name Base extends GutTest\n",
            "tests/test_helper.gd": f"class_name TestHelper\nextends RefCounted\n{TEST}",
            "tests/test_scene.gd": f"class_name TestScene extends Node2D\n{TEST}",
            "tests/deep/test_broken.gd": f"extend GutTest\n{TEST}",
            "tests/other.gd": f"extends GutTest\n{TEST}",
        },
    )
    run = GaugeRun(GaugeTable(kind="godot-gut"), tmp_path, tmp_path / "out", jail)

    expected = ["tests/deep/test_broken.gd", "tests/test_a.gd", "tests/test_b.gd"]
    assert Gut().files(run) == expected


@pytest.fixture
def quick(beside, tmp_path):
    """Gauge without a jail, with an import that takes no time: it leaves `cache`, or nothing."""

    def run(files, cache="", only=()):
        engine, listed = tmp_path / "godot", tmp_path / "classes.cfg"
        listed.write_text(cache)
        engine.write_text(IMPORTING.format(cache=listed, engine=need_engine()))
        engine.chmod(0o755)
        root = tmp_path / "rig"
        shutil.rmtree(root, ignore_errors=True)
        write(root, files)
        table = TABLE.model_copy(update={"engine": str(engine)})
        off, around = find_jail("off"), Around(folders=(beside,))
        return run_gauge(table, root, tmp_path / "out", off, only=only, around=around)

    return run


def test_only_runs_what_was_asked_for(quick):
    files = {**HEALTHY, ".testbed/tests/test_syntax.gd": TRAPS[".testbed/tests/test_syntax.gd"]}
    report = quick(files, CLASSES, only=[".testbed/tests/unit/test_clock.gd"])

    assert report.green, report
    assert {case.file for case in report.cases} == {".testbed/tests/unit/test_clock.gd"}


def test_no_test_at_all_is_a_problem_although_it_ends_with_0(quick):
    empty = {name: text for name, text in HEALTHY.items() if "test_" not in name}
    report = quick({**empty, ".testbed/tests/readme.txt": ""}, CLASSES)

    assert report.problems == ("no tests ran, at least 1 had to",)


def test_what_was_never_imported_is_red_although_it_ends_with_0(quick):
    report = quick(HEALTHY)
    assert "GUT's own classes were not imported: see import.log" in report.problems


def test_without_gut_or_without_an_engine_nothing_is_green(gauge, tmp_path, monkeypatch, jail):
    lost = {**HEALTHY, ".testbed/addons.jsonc": ADDONS.replace("vendor-gut", "absent")}
    assert gauge(tmp_path / "r", lost).problems == (
        "the addon gut could not be restored: there is no absent beside this rig",
        "GUT is not in .testbed/addons: name it in addons.jsonc",
    )

    monkeypatch.delenv("GODOT_BIN", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    report = run_gauge(TABLE, tmp_path / "r" / "rig", tmp_path / "out", jail)
    assert report.problems == ("no Godot: set gauge.engine or $GODOT_BIN, or put godot on PATH",)
