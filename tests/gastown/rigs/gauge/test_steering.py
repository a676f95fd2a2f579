"""What decides how tests run is named, wherever in the rig it lies."""

import pytest

from gastown.agents.globs import matches
from gastown.rigs.gauge.steering import pytest_settings, steering_files
from gastown.town.tables.rigs import GaugeTable


def _steers(path, **table: object):
    settings = GaugeTable.model_validate(table)
    return matches(path, steering_files(settings))


@pytest.mark.parametrize(
    "path",
    [
        *("conftest.py", "py/tests/conftest.py", "pytest.ini", "py/.pytest.ini", "pytest.toml"),
        *("tox.ini", "setup.cfg", "sitecustomize.py", "lib/usercustomize.py", "x.pth"),
        *("evil.egg-info/entry_points.txt", "src/evil-1.dist-info/METADATA"),
    ],
)
def test_what_pytest_obeys_steers_it(path):
    assert _steers(path, kind="pytest")


@pytest.mark.parametrize("path", ["lib/a.py", "pyproject.toml", "setup.py", "tests/test_a.py"])
def test_ordinary_files_do_not_steer(path):
    assert not _steers(path, kind="pytest")


def test_a_godot_rigs_runner_steers_and_its_project_does_not():
    table = {"kind": "godot-script", "project": "game", "runner": "res://tests/run_tests.gd"}

    assert _steers("game/tests/run_tests.gd", **table)
    assert _steers("game/override.cfg", **table)
    assert not _steers("game/project.godot", **table)
    assert not _steers("game/tests/test_a.gd", **table)


@pytest.mark.parametrize(
    ("project", "word", "path"),
    [
        (".", "run.sh", "run.sh"),
        (".", "./run.sh", "run.sh"),
        ("game", "tools/run.py", "game/tools/run.py"),
        ("game", "../tools/run.py", "tools/run.py"),
        ("game", "{worktree}/tools/run.py", "tools/run.py"),
        (".", "--config=ci/jest.json", "ci/jest.json"),
    ],
)
def test_files_of_a_generic_command_steer(project, word, path):
    table = {"kind": "generic", "project": project, "test": ["{python}", "-u", word, "{out}/r.xml"]}

    assert steering_files(GaugeTable.model_validate(table)) == (path,)


SAME = [
    ("", "[project]\nname = 'x'\ndependencies = ['y']\n"),
    ("[tool.ruff]\nline-length = 1\n", "[tool.ruff]\nline-length = 2\n"),
    ("[tool.pytest.ini_options]\naddopts = ''\n", "tool.pytest.ini_options = {addopts = ''}\n"),
]
OTHER = [
    ("", "[tool.pytest.ini_options]\naddopts = '-p nasty'\n"),
    ("", "[tool.pytest]\nstrict = true\n"),
    ("[tool.pytest.ini_options]\npythonpath = ['.']\n", ""),
    ("", "[project.entry-points.pytest11]\nnasty = 'nasty'\n"),
    ("", "[tool.poetry.plugins.pytest11]\nnasty = 'nasty'\n"),
    ("", "[tool.pytest-env]\nA = '1'\n"),
    ("", "[tool\n"),
    ("", "tool = 3\n[project\n"),
]


@pytest.mark.parametrize(("before", "after"), SAME)
def test_what_pytest_does_not_read_may_change(before, after):
    assert pytest_settings(before) == pytest_settings(after)


@pytest.mark.parametrize(("before", "after"), OTHER)
def test_what_pytest_reads_is_seen_to_change(before, after):
    assert pytest_settings(before) != pytest_settings(after)


def test_a_document_of_another_shape_holds_no_settings():
    assert pytest_settings("tool = 3\nproject = []\n") == pytest_settings("")


@pytest.mark.parametrize(
    ("kind", "steers", "free"),
    [
        (
            "godot-gut",
            [".testbed/addons.jsonc", ".testbed/.gutconfig.json", ".testbed/addons/gut/gut.gd"],
            [".testbed/project.godot", ".testbed/tests/test_a.gd", "addons.jsonc", "src/a.gd"],
        ),
        ("godot-gdunit4", [".testbed/addons/gdUnit4/bin/GdUnitCmdTool.gd"], ["src/a.gd"]),
    ],
)
def test_what_restores_and_runs_a_godot_rigs_framework_steers(kind, steers, free):
    found = {path: _steers(path, kind=kind, project=".testbed") for path in (*steers, *free)}

    assert [path for path, does in found.items() if does] == steers


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("npm", "package.json"),
        ("npm", "web/.npmrc"),
        ("npm", "vitest.config.ts"),
        ("cargo", ".cargo/config.toml"),
        ("cargo", "build.rs"),
    ],
)
def test_what_npm_and_cargo_obey_steers_them(kind, path):
    assert _steers(path, kind=kind)
    assert not _steers("src/beat.js", kind=kind)
