"""Tasks from files: ours and one's own; what is wrong with one is told with file and key."""

import pytest

from gastown.auditions.task import SETS, load_tasks, roles
from gastown.errors import ConfigError, NotFoundError

GOOD = """
title = "Say it"
difficulty = "hard"
form = "answer"
shape = "review"
task = "Say whether it is right."
[[expect]]
at = "verdict"
equals = "approve"
"""


def test_tasks_ship_for_roles_easy_ones_first():
    found = [one.difficulty for one in load_tasks("polecat")]
    assert found == sorted(found, key=["easy", "medium", "hard"].index)
    assert sorted(roles()) == sorted(path.name for path in SETS.iterdir())


def test_tasks_of_ones_own_are_a_folder(tmp_path):
    (tmp_path / "say.toml").write_text(GOOD)
    (task,) = load_tasks("refinery", tmp_path)
    assert (task.key, task.role, task.difficulty) == ("say", "refinery", "hard")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[[expect]]", "[[expects]]"), "expects"),
        (('difficulty = "hard"', 'difficulty = "fair"'), "difficulty"),
        (('form = "answer"', 'form = "change"'), "needs hidden, solution, gauge"),
        (('shape = "review"', ""), "needs shape"),
        (('title = "Say it"', 'title = "Say it'), "say.toml"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(tmp_path, change, said):
    (tmp_path / "say.toml").write_text(GOOD.replace(*change))
    with pytest.raises(ConfigError, match=said) as caught:
        load_tasks("refinery", tmp_path)
    assert str(tmp_path / "say.toml") in str(caught.value)


def test_a_file_outside_the_rig_is_refused(tmp_path):
    (tmp_path / "say.toml").write_text(GOOD + '[files]\n"../x.py" = ""\n')
    with pytest.raises(ConfigError, match="no file in the rig"):
        load_tasks("refinery", tmp_path)


def test_a_role_without_tasks_names_those_that_have_some():
    with pytest.raises(NotFoundError, match="polecat"):
        load_tasks("king")
