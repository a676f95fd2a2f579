"""5. The merge queue: rebase, gate, fast-forward; `main` is never red because of us.

A rig is a repository of the team with an origin. Every polecat works in a worktree of its own, and
one branch after the other goes through the queue: put on top of `main`, tested there, then pushed.
"""

import pytest

from gastown.queue.merge import merge
from gastown.queue.outcome import Contained, Merged, Red
from gastown.rigs.clone import clone, new_origin
from gastown.rigs.git import Repo
from gastown.rigs.rebase import Conflict
from gastown.rigs.report import TestCase, TestReport
from gastown.rigs.worktree import add_worktree
from gastown.town.layout import RigLayout

POLECAT = "polecat <polecat@town>"


@pytest.fixture
def rig(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "menu.txt").write_text("bread\n")
    origin = new_origin(source, tmp_path / "origin.git")
    layout = RigLayout(tmp_path / "town" / "bakery")
    clone(str(origin), layout.canonical)
    return layout


def work(rig, bead, file, text):
    """What a polecat does: a worktree with a branch, a change, a commit that names its bead."""
    path = add_worktree(rig, rig.polecat(bead), f"polecat/{bead}", "origin/main")
    (path / file).write_text(text)
    Repo(path).commit_all(f"Do {bead}\n\nBead: {bead}", POLECAT)
    return f"polecat/{bead}"


def gate(path):
    """A test command that finds one test, which fails where something is burnt."""
    burnt = any("burnt" in file.read_text() for file in path.glob("*.txt"))
    case = TestCase(name="test_taste", file="test_menu.py", status="failed" if burnt else "passed")
    return TestReport(runner="gate", cases=(case,))


def bring(rig, branch):
    bead = branch.removeprefix("polecat/")
    return merge(rig, branch, target="main", gate=gate, bead=bead, author=POLECAT)


def main(rig, file):
    return Repo(rig.canonical).show_file("origin/main", file)


def test_green_work_lands_on_main_at_origin(rig):
    outcome = bring(rig, work(rig, "b-1", "cake.txt", "cake\n"))

    assert isinstance(outcome, Merged)
    assert main(rig, "cake.txt") == "cake\n"


def test_the_second_branch_is_tested_on_top_of_the_first(rig):
    """Both began at the same commit; the gate sees them together, before anybody else does."""
    first = work(rig, "b-1", "cake.txt", "cake\n")
    second = work(rig, "b-2", "tea.txt", "tea\n")
    bring(rig, first)
    seen = []

    def look(path):
        seen.extend(sorted(file.name for file in path.glob("*.txt")))
        return gate(path)

    merge(rig, second, target="main", gate=look, bead="b-2", author=POLECAT)

    assert seen == ["cake.txt", "menu.txt", "tea.txt"]


def test_red_work_stays_where_it_is(rig):
    outcome = bring(rig, work(rig, "b-1", "cake.txt", "burnt\n"))

    assert isinstance(outcome, Red)
    assert main(rig, "cake.txt") is None


def test_a_conflict_is_an_answer_and_no_accident(rig):
    """It goes back to the polecat as rework, with the files that two changed at once."""
    first = work(rig, "b-1", "menu.txt", "rye bread\n")
    second = work(rig, "b-2", "menu.txt", "white bread\n")
    bring(rig, first)

    outcome = bring(rig, second)

    assert isinstance(outcome, Conflict)
    assert outcome.files == ("menu.txt",)
    assert main(rig, "menu.txt") == "rye bread\n"


def test_what_has_landed_is_never_merged_twice(rig):
    """So a stage that was killed after the push can simply run again."""
    branch = work(rig, "b-1", "cake.txt", "cake\n")
    bring(rig, branch)

    assert isinstance(bring(rig, branch), Contained)
