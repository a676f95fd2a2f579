"""Real repositories to found towns on."""

import subprocess
from pathlib import Path

import pytest

from gastown.founding.install import install
from gastown.town.town import Town

ANN = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]


def git(folder: Path, *args: str) -> str:
    """Git as a person would run it."""
    done = subprocess.run(
        ["git", *ANN, *args], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.fixture
def make_origin(tmp_path):
    """Makes a bare repository with one commit of the given files."""

    def _make(name="garden", files=None):
        work, bare = tmp_path / f"{name}.work", tmp_path / f"{name}.git"
        work.mkdir()
        git(work, "init", "-q", "-b", "main")
        for path, text in (files or {"tests/test_soil.py": "def test_soil(): pass\n"}).items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_text(text)
        git(work, "add", ".")
        git(work, "commit", "-q", "-m", "Break ground")
        git(tmp_path, "clone", "-q", "--bare", str(work), str(bare))
        return bare

    return _make


@pytest.fixture
def town(tmp_path):
    """A town without rigs."""
    install(tmp_path / "oak", "oak")
    return Town.open(tmp_path / "oak")
