"""A town to give commands to, through the same door as a person."""

import json
from pathlib import Path

import pytest

from gastown.cli.main import run
from tests.gastown.founding.conftest import git

# so that pytest finds the fixture here too
from tests.gastown.founding.conftest import make_origin as make_origin  # noqa: PLC0414


class Answer:
    """What a command printed and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def cli(capsys, monkeypatch):
    """Runs one command line in this process."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("TOWN_ROOT", raising=False)

    def _cli(*tokens: str) -> Answer:
        capsys.readouterr()
        code = run(tokens)
        told = capsys.readouterr()
        return Answer(code, told.out, told.err)

    return _cli


@pytest.fixture
def oak(cli, tmp_path, monkeypatch, make_origin) -> Path:
    """A town with the rig `garden`; commands are given from inside it."""
    root = tmp_path / "oak"
    assert cli("install", str(root)).code == 0
    monkeypatch.chdir(root)
    assert cli("rig", "add", "garden", str(make_origin())).code == 0
    return root


__all__ = ["Answer", "cli", "git", "make_origin", "oak"]
