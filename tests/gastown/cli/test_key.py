"""`town key`: what is refused before anything is asked of a server. The rest: tests/engine."""

import pytest

from gastown.cli.main import REFUSED, run
from gastown.founding.install import install


@pytest.fixture
def root(tmp_path):
    install(tmp_path / "oak", "oak")
    return str(tmp_path / "oak")


@pytest.mark.parametrize(
    "command", [["set", "acme", "--env", "HOME"], ["list"], ["remove", "acme"]]
)
def test_a_town_that_is_down_keeps_no_keys_and_says_what_to_do(root, capsys, command):
    assert run(["key", *command, "--town", root]) == REFUSED
    assert "town up" in capsys.readouterr().err


def test_an_address_that_is_none_is_refused(root, capsys):
    asked = ["key", "set", "acme", "--env", "HOME", "--address", "acme.example"]
    assert run([*asked, "--town", root]) == REFUSED
    assert "--address acme.example: begins with neither" in capsys.readouterr().err
