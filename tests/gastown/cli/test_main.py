"""Exit codes, errors and JSON are the same for every command."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

TOWN = [sys.executable, "-c", "from gastown.cli.main import main; main()"]


def test_a_refusal_is_one_line_on_stderr_and_exit_code_2(cli, oak):
    answer = cli("bead", "show", "hq-zzz")

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("error: ")
    assert "hq-zzz" in answer.err


def test_with_json_a_refusal_is_json_too(cli, oak):
    answer = cli("bead", "show", "hq-zzz", "--json")

    assert answer.code == 2
    assert answer.json["error"]["kind"] == "NotFoundError"
    assert "hq-zzz" in answer.json["error"]["message"]


def test_the_town_may_be_named_before_the_command(cli, oak, monkeypatch):
    monkeypatch.chdir("/")

    for before in (("--town", str(oak)), (f"--town={oak}",)):
        assert cli(*before, "rig", "list", "--json").json[0]["name"] == "garden"


@pytest.mark.parametrize(
    "tokens",
    [("bead", "list", "--nope"), ("bead", "close"), ("bead", "create", "x", "-p", "high")],
)
def test_a_command_line_that_makes_no_sense_is_refused(cli, oak, tokens):
    answer = cli(*tokens)

    assert answer.code == 2
    assert answer.err.startswith("error: ")
    assert answer.out == ""


def test_the_town_is_found_by_option_by_variable_and_upwards(cli, oak, tmp_path, monkeypatch):
    deep = oak / "garden" / "mayor" / "rig"
    monkeypatch.chdir(deep)
    assert cli("status", "--json").json["town"] == "oak"

    monkeypatch.chdir(tmp_path)
    assert "no town.toml" in cli("status").err
    assert cli("status", "--json", "--town", str(oak)).json["town"] == "oak"
    monkeypatch.setenv("TOWN_ROOT", str(oak))
    assert cli("status", "--json").json["town"] == "oak"


def test_a_broken_town_toml_is_told_by_file_and_key(cli, oak):
    (oak / "town.toml").write_text('[town]\nname = "oak"\n[machine]\nsandboxes = 0\n')

    answer = cli("status")

    assert answer.code == 2
    assert "town.toml: machine.sandboxes" in answer.err


def test_every_group_and_command_has_help(cli):
    top = cli("--help")
    assert top.code == 0

    for name in ("bead", "convoy", "formula", "rig", "crew", "install", "sling", "status"):
        answer = cli(name, "--help")
        assert answer.code == 0
        assert name in top.out
        assert f"Usage: town {name}" in answer.out


def test_the_version_is_that_of_the_package(cli):
    assert cli("--version").out.strip()[0].isdigit()


def test_the_real_command_ends_with_the_codes_it_promises(oak):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    def town(*tokens: str):
        return subprocess.run(
            [*TOWN, *tokens], cwd=oak, env=env, capture_output=True, text=True, check=False
        )

    good, bad = town("bead", "list", "--json"), town("bead", "show", "hq-zzz")

    assert (good.returncode, json.loads(good.stdout), good.stderr) == (0, [], "")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert "Traceback" not in bad.stderr


def test_a_reader_that_has_seen_enough_is_no_error(oak):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [*TOWN, "formula", "show", "convoy", "--json"],
        cwd=oak,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()

        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_commands_about_beads_do_not_import_prefect(oak):
    assert find_spec("prefect")
    code = (
        "import sys; from gastown.cli.main import run;"
        "run(['bead', 'list']); run(['status']); run(['convoy', 'list']); run(['formula', 'list']);"
        "sys.exit('prefect' in sys.modules)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}

    assert (
        subprocess.run([sys.executable, "-c", code], cwd=oak, env=env, check=False).returncode == 0
    )


COMMANDS = {
    "": ("install", "sling", "status", "agents", "up", "down", "demo"),
    "bead": ("create", "list", "show", "ready", "close", "dep"),
    "convoy": ("create", "list", "show", "launch"),
    "formula": ("list", "show", "lint", "cook"),
    "rig": ("add", "list", "remove"),
    "crew": ("add",),
}


@pytest.mark.parametrize("group", COMMANDS)
def test_no_help_shows_a_default_that_says_nothing(cli, group):
    for verb in COMMANDS[group]:
        text = " ".join(cli(*filter(None, (group, verb)), "--help").out.split())

        assert "Usage: town" in text
        for nothing in ("False", "True", '""', "()", "None"):
            assert f"[default: {nothing}]" not in text, (group, verb)
    assert "[default: 2]" in cli("bead", "create", "--help").out
