"""`town notify`: what is refused before anything is asked of a server. The rest: tests/engine."""

import pytest

from gastown.cli.main import REFUSED, run
from gastown.founding.install import install


@pytest.fixture
def root(tmp_path):
    install(tmp_path / "oak", "oak")
    return str(tmp_path / "oak")


@pytest.mark.parametrize(
    "command",
    [["set", "ann", "--env", "HOME"], ["list"], ["remove", "ann"], ["test", "slack-webhook/team"]],
)
def test_a_town_that_is_down_reaches_nobody_and_says_what_to_do(root, capsys, command):
    assert run(["notify", *command, "--town", root]) == REFUSED
    assert "town up" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["set", "Ann!", "--env", "HOME"], "'Ann!': a block's name is of lower-case letters"),
        (["test", "team"], "'team': a block is TYPE/NAME"),
    ],
)
def test_a_name_that_can_be_none_is_refused(root, capsys, command, said):
    assert run(["notify", *command, "--town", root]) == REFUSED
    assert said in capsys.readouterr().err
