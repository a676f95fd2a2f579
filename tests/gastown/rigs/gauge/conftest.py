"""Rigs for the gauges: a worktree with files, and the jail of this machine."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from gastown.agents.jail import Jail, find_jail
from gastown.errors import JailError

Rig = Callable[[dict[str, str]], Path]


@pytest.fixture(scope="session")
def jail() -> Jail:
    """The strongest jail here; tests about reports need none, so `off` will do."""
    try:
        return find_jail("auto")
    except JailError:
        return find_jail("off")


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """Make a git worktree of these files; its `.git` is a file, as in every worktree of a town."""

    def make(files: dict[str, str]) -> Path:
        root = tmp_path / "rig"
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        commit = "-c user.name=t -c user.email=t@t commit -q --allow-empty -m all"
        for command in (f"init -q --separate-git-dir {tmp_path / 'git'}", "add .", commit):
            subprocess.run(["git", *command.split()], cwd=root, check=True)
        return root

    return make


def junk(root: Path) -> str:
    """What git sees in the worktree that was not committed, ignored files too."""
    argv = ["git", "status", "--porcelain", "--ignored"]
    return subprocess.run(argv, cwd=root, check=True, capture_output=True, text=True).stdout
