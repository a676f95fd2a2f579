"""`town gauge`: a rig or any checkout is tested and built, and nothing in it changes."""

import shutil

import pytest

from gastown.town.edit import edit, put_rig
from tests.gastown.cli.conftest import git

MAKE = ["{python}", "-c", "import sys; open(sys.argv[1] + '/a.html', 'w').write('beat')", "{out}"]
WEB = {
    "package.json": '{"name": "web", "type": "module", "scripts": {"test": "node --test"}}',
    "test/a.test.js": "import test from 'node:test';\ntest('beats', () => {});\n",
}


def checkout(make_origin, tmp_path, name, files):
    git(tmp_path, "clone", "-q", str(make_origin(name, files)), name)
    return tmp_path / name


def test_a_rig_is_tested_as_it_is_on_its_main_branch(cli, oak):
    told = cli("gauge", "garden", "--json")

    assert (told.code, told.json["good"], told.json["kind"]) == (0, True, "pytest")
    assert [case["name"] for case in told.json["tests"]["cases"]] == ["test_soil"]
    assert (oak / "builds" / "alone" / "garden" / "tests" / "junit.xml").is_file()
    assert "testing garden at" in told.err


def test_a_red_test_is_exit_code_1_and_is_shown_with_its_reason(cli, oak, make_origin, tmp_path):
    red = {"tests/test_rain.py": "def test_rain():\n    assert 'wet' == 'dry'\n"}
    folder = checkout(make_origin, tmp_path, "field", red)
    told = cli("gauge", str(folder))

    assert told.code == 1
    assert "0 passed, 1 failed" in told.out
    assert "test_rain.py" in told.out
    assert "'wet' == 'dry'" in told.out
    assert git(folder, "status", "--porcelain", "--ignored") == ""


def test_only_narrows_what_runs_and_no_test_at_all_is_not_good(cli, oak):
    assert cli("gauge", "garden", "--only", "tests/test_soil.py").code == 0

    none = cli("gauge", "garden", "--only", "src")
    assert none.code == 1
    assert "no tests ran" in none.out


def test_an_assembly_of_the_rig_is_built_when_it_is_green_and_kept_with_its_log(cli, oak):
    page = {"build": MAKE, "capture": ["true"]}
    broken = {"build": ["false"], "capture": ["true"]}
    table = {"prefix": "ga", "origin": str(oak.parent / "garden.git"), "gauge": {"kind": "pytest"}}
    edit(oak / "town.toml", put_rig("garden", {**table, "assemblies": {"page": page}}))

    good = cli("gauge", "garden", "--json")
    assert good.code == 0
    assert [(b["name"], b["status"], b["product"]) for b in good.json["builds"]] == [
        ("page", "built", "page/product")
    ]
    assert (oak / "builds/alone/garden/page/product/a.html").read_text() == "beat"
    assert (oak / "builds/alone/garden/page/build.log").is_file()

    edit(
        oak / "town.toml",
        put_rig("garden", {**table, "assemblies": {"page": page, "wreck": broken}}),
    )
    bad = cli("gauge", "garden")
    assert bad.code == 1
    assert "exit 1" in bad.out
    assert cli("gauge", "garden", "--no-build").code == 0


@pytest.mark.skipif(shutil.which("npm") is None, reason="no npm on PATH")
def test_a_checkout_s_kind_is_told_by_its_files(cli, oak, make_origin, tmp_path):
    told = cli("gauge", str(checkout(make_origin, tmp_path, "web", WEB)), "--json")

    assert (told.code, told.json["kind"]) == (0, "npm")
    assert told.json["tests"]["runner"] == "npm test, node --test"


def test_what_cannot_be_gauged_is_refused_with_what_to_do(cli, oak, make_origin, tmp_path):
    folder = str(checkout(make_origin, tmp_path, "text", {"a.txt": ""}))

    unknown = cli("gauge", folder)
    assert (unknown.code, unknown.out) == (2, "")
    assert "nothing in text tells how its tests run" in unknown.err
    assert "choose one of pytest" in cli("gauge", folder, "--kind", "maven").err
    assert "neither a rig of this town" in cli("gauge", "nowhere").err
    assert "build is for Godot projects" in cli("gauge", "garden", "--preset", "Linux").err
