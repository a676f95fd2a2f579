"""The guard over the changed lines of a worktree."""

import pytest

from gastown.rigs.git import Repo
from gastown.rigs.guard.finding import SHOWN, Fault, told
from gastown.rigs.guard.guard import guard
from gastown.rigs.worktree import add_worktree
from tests.gastown.rigs.given import POLECAT, a_rig, write

OLD = "extends Node\nfunc old():\n\tyield(self, 'ready')\n"


@pytest.fixture
def ground(tmp_path):
    layout = a_rig(tmp_path, {"project.godot": "config_version=5\n", "src/a.gd": OLD})
    path = add_worktree(layout, layout.root / "work", "work", "origin/main")
    return Repo(path)


def test_only_what_the_change_wrote_counts(ground):
    base = ground.head()
    write(ground.path, {"src/a.gd": f"{OLD}func new():\n\treturn deg2rad(3)\n"})
    ground.commit_all("One", POLECAT)
    write(ground.path, {"src/b.gd": "extends Spatial\n"})

    found = guard(ground.path, base)

    assert [(one.file, one.line) for one in found.certain] == [("src/a.gd", 5), ("src/b.gd", 1)]
    assert found.line == "2 invented names in 2 files"
    assert "write `deg_to_rad(…)`" in found.feedback


def test_a_change_without_godot_files_has_no_fault(ground):
    write(ground.path, {"README.md": "yield()\n"})
    assert guard(ground.path, ground.head()).faults == ()


def test_a_line_that_was_broken_before_is_not_held_against_a_change_elsewhere(ground):
    write(ground.path, {"src/c.gd": "export var x = 1\n"})
    ground.commit_all("Broken", POLECAT)
    base = ground.head()
    write(ground.path, {"src/c.gd": "export var x = 1\n\nvar y = 2\n"})

    assert guard(ground.path, base).certain == ()


def test_a_model_is_told_what_is_certain_first_and_not_too_much():
    faults = [Fault("a.gd", at, "unknown-name", f"n{at}", at % 2 == 0) for at in range(SHOWN + 3)]

    lines = told(faults).splitlines()

    assert lines[0] == "a.gd:0: n0"
    assert lines[-1] == "… and 3 more"
    assert len(lines) == SHOWN + 1
