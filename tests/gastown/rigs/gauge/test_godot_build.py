"""Presets of a Godot project, exported by the real engine, and started once."""

import subprocess

import pytest

from gastown.agents.jail import find_jail
from gastown.errors import ConfigError, JailError
from gastown.rigs.gauge.godot_build import run_builds
from gastown.town.tables.gauge import GaugeTable
from tests.godot.engine import need_engine

PRESET = """[preset.{at}]

name="{name}"
platform="{platform}"
runnable=true
custom_features="{features}"
export_filter="all_resources"
include_filter=""
exclude_filter=""
export_path=""

[preset.{at}.options]

binary_format/embed_pck=false
binary_format/architecture="x86_64"
"""
PRESETS = "\n".join(
    PRESET.format(at=at, name=name, platform=platform, features=features)
    for at, (name, platform, features) in enumerate(
        [("Linux Proof", "Linux", ""), ("Linux Loud", "Linux", "loud"), ("Web", "Web", "")]
    )
)
MAIN = """extends Label
func _ready() -> void:
	text = "beat"
	print("the game is up")
	if OS.has_feature("loud"):
		var nothing: Object = null
		nothing.call("speak")
"""
FILES = {
    "project.godot": (
        'config_version=5\n\n[application]\n\nconfig/name="mini"\nrun/main_scene="res://main.tscn"\n'
    ),
    "main.tscn": (
        '[gd_scene format=3]\n\n[ext_resource type="Script" path="res://main.gd" id="1"]\n\n'
        '[node name="Main" type="Label"]\nscript = ExtResource("1")\n'
    ),
    "main.gd": MAIN,
    "export_presets.cfg": PRESETS,
}
BUILDS: list[dict[str, object]] = [
    {"preset": "Linux Proof", "boot_s": 0.5},
    {"preset": "Linux Loud", "boot_s": 0.5, "mode": "debug"},
    {"preset": "Web"},
]


def table(*builds: dict[str, object]):
    return GaugeTable.model_validate({"kind": "godot-script", "timeout_s": 120, "build": builds})


def write(root, files):
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.fixture(scope="module")
def exporting(jail):
    """A jail in which an export is whole."""
    if jail.name.startswith("Landlock"):
        pytest.skip("no bubblewrap, and an export needs a /tmp of its own")
    return jail


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("builds")


@pytest.fixture(scope="module")
def builds(folder, exporting):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GODOT_BIN", str(need_engine()))
        root = write(folder / "rig", FILES)
        found = run_builds(table(*BUILDS), root, folder / "out", exporting)
    return {build.name: build for build in found}


def test_a_preset_is_exported_started_and_kept_with_its_logs(builds, folder):
    proof = builds["linux-proof"]

    assert (proof.status, proof.problems, proof.booted) == ("built", (), "ran 0.5 s")
    assert proof.product == "linux-proof/product/linux-proof.x86_64"
    assert proof.size > 1_000_000
    assert "the game is up" in (folder / "out" / "linux-proof" / "boot.log").read_text()
    assert (folder / "out" / proof.log).is_file()
    left = ["compile.log", "import.log", "linux-loud", "linux-proof"]
    assert sorted(path.name for path in (folder / "out").iterdir()) == left


def test_a_product_starts_without_any_setting(builds, folder, tmp_path):
    argv = [folder / "out" / builds["linux-proof"].product, "--headless", "--quit-after", "2"]
    done = subprocess.run(argv, env={"HOME": str(tmp_path)}, capture_output=True, check=False)

    assert done.returncode == 0
    assert b"the game is up" in done.stdout


def test_a_game_that_starts_with_a_script_error_has_failed_although_it_ends_with_0(builds):
    loud = builds["linux-loud"]

    assert loud.status == "failed"
    assert loud.problems == ("the game: main.gd: Cannot call method 'call' on a null value.",)


def test_a_preset_without_a_template_is_skipped_and_says_so(builds):
    if builds["web"].status == "built":
        pytest.skip("this machine has Godot's templates for the web")
    assert builds["web"].status == "skipped"
    assert builds["web"].problems[0].startswith("no export template web_nothreads_release.zip for")
    assert "skipped, no export template" in builds["web"].line


def test_a_broken_script_fails_every_build_although_the_export_would_end_with_0(
    tmp_path, exporting, monkeypatch
):
    monkeypatch.setenv("GODOT_BIN", str(need_engine()))
    root = write(tmp_path / "rig", {**FILES, "main.gd": MAIN.replace("text =", "texts =")})
    (build,) = run_builds(table(BUILDS[0]), root, tmp_path / "out", exporting)

    assert build.status == "failed"
    assert build.problems[0].startswith("main.gd does not compile: ")
    assert not (tmp_path / "out" / "linux-proof").exists()


def test_a_preset_that_is_not_there_is_an_error_that_names_those_that_are(
    tmp_path, exporting, monkeypatch
):
    engine = tmp_path / "godot"
    engine.write_text("#!/bin/sh\n")
    engine.chmod(0o755)
    monkeypatch.setenv("GODOT_BIN", str(engine))
    root = write(tmp_path / "rig", FILES)

    with pytest.raises(ConfigError, match="no preset 'Linux', but 'Linux Proof', 'Linux Loud'"):
        run_builds(table({"preset": "Linux"}), root, tmp_path / "out", exporting)
    (root / "export_presets.cfg").unlink()
    with pytest.raises(ConfigError, match=r"export_presets\.cfg: there is none in rig"):
        run_builds(table({"preset": "Linux"}), root, tmp_path / "out", exporting)


def test_without_an_engine_every_build_is_skipped(tmp_path, jail, monkeypatch):
    monkeypatch.delenv("GODOT_BIN", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    found = run_builds(table(*BUILDS), write(tmp_path / "rig", FILES), tmp_path / "out", jail)

    assert {build.status for build in found} == {"skipped"}
    assert {build.problems[0].partition(":")[0] for build in found} == {"no Godot"}


def test_in_a_jail_without_a_tmp_of_its_own_every_build_is_skipped(tmp_path, monkeypatch):
    try:
        jail = find_jail("landlock")
    except JailError as error:
        pytest.skip(str(error))
    monkeypatch.setenv("GODOT_BIN", str(need_engine()))
    found = run_builds(table(*BUILDS), write(tmp_path / "rig", FILES), tmp_path / "out", jail)

    assert {build.status for build in found} == {"skipped"}
    assert "bubblewrap" in found[0].problems[0]
