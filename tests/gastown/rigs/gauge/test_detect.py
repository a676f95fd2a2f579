"""How the tests of a checkout run, told by its files."""

import pytest

from gastown.errors import ConfigError
from gastown.rigs.gauge.detect import KINDS, detect
from gastown.rigs.gauge.gauge import KINDS as RUN

GUT = "extends GutTest\nfunc test_a() -> void:\n\tpass\n"
SUITE = "class_name BeatTest\nextends GdUnitTestSuite\n"
RUNNER = "extends SceneTree\n"
WEB = '{"scripts": {"test": "node --test"}}'
NO_TEST = '{"scripts": {"test": "echo \\"Error: no test specified\\" && exit 1"}}'


@pytest.mark.parametrize(
    ("files", "table"),
    [
        (
            {".testbed/project.godot": "", ".testbed/tests/unit/test_a.gd": GUT},
            {"kind": "godot-gut", "project": ".testbed"},
        ),
        (
            {"project.godot": "", "test/test_a.gd": GUT, "pyproject.toml": ""},
            {"kind": "godot-gut", "project": ".", "tests": ("res://test",)},
        ),
        (
            {"game/project.godot": "", "game/addons/gut/gut_cmdln.gd": ""},
            {"kind": "godot-gut", "project": "game"},
        ),
        (
            {"project.godot": "", "test/beat_test.gd": SUITE},
            {"kind": "godot-gdunit4", "project": ".", "tests": ("res://test",)},
        ),
        (
            {"project.godot": "", "addons/gdUnit4/plugin.cfg": ""},
            {"kind": "godot-gdunit4", "project": "."},
        ),
        (
            {"project.godot": "", "tests/run_contract_tests.gd": RUNNER, "tests/test_a.gd": ""},
            {
                "kind": "godot-script",
                "project": ".",
                "runner": "res://tests/run_contract_tests.gd",
            },
        ),
        (
            {".testbed/project.godot": "", "tests/run_tool_tests.gd": RUNNER},
            {
                "kind": "godot-script",
                "project": ".testbed",
                "runner": "res://../tests/run_tool_tests.gd",
            },
        ),
        ({"project.godot": ""}, {"kind": "godot-script", "project": "."}),
        ({"tests/test_a.py": "", "package.json": WEB}, {"kind": "pytest"}),
        ({"package.json": WEB}, {"kind": "npm"}),
        (
            {"package.json": WEB, "package-lock.json": '{"packages": {"node_modules/a": {}}}'},
            {"kind": "npm", "setup": ("npm", "ci", "--offline"), "caches": ("~/.npm",)},
        ),
        (
            {"Cargo.toml": "", "Cargo.lock": 'source = "registry+https://x.example"'},
            {"kind": "cargo", "caches": ("~/.cargo/registry",)},
        ),
        ({"package.json": NO_TEST, "Cargo.toml": ""}, {"kind": "cargo"}),
        ({"package.json": "not JSON", "Cargo.toml": ""}, {"kind": "cargo"}),
    ],
)
def test_the_files_tell_the_kind_and_what_differs_from_its_defaults(tmp_path, files, table):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    assert detect(tmp_path).model_dump(exclude_unset=True) == table


def test_scripts_of_addons_and_of_hidden_folders_tell_nothing(tmp_path):
    for name in ("addons/x/test_a.gd", ".godot/test_b.gd"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(GUT)
    (tmp_path / "project.godot").touch()

    assert detect(tmp_path).kind == "godot-script"


def test_what_a_person_says_goes_before_the_files(tmp_path):
    (tmp_path / "Cargo.toml").touch()

    assert detect(tmp_path, "npm").kind == "npm"
    assert detect(tmp_path, "godot-gut").model_dump(exclude_unset=True) == {
        "kind": "godot-gut",
        "project": ".",
    }


def test_where_nothing_tells_the_error_names_every_choice(tmp_path):
    with pytest.raises(ConfigError, match=r"no project\.godot.*--gauge pytest\|.*\|generic"):
        detect(tmp_path)
    with pytest.raises(ConfigError, match="--gauge maven: choose one of pytest"):
        detect(tmp_path, "maven")


def test_every_kind_can_be_run():
    assert set(KINDS) == set(RUN)
