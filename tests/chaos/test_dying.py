"""A process may die between any two changes it makes: the next one finishes, nothing is twice."""

import signal
import subprocess

import pytest

from gastown.rigs.git import Repo
from gastown.rigs.slots import slots
from gastown.rigs.worktree import list_worktrees
from tests.chaos.grounds import ROOT, Ground, grounds

pytestmark = pytest.mark.slow

POINTS = 12


class Walked(Ground):
    """One whose convoy is walked to its end, or to a death."""

    def walk(self, die_at: int = 0) -> "subprocess.CompletedProcess[str]":
        argv = self.argv("tests.chaos.walker", die_at)
        return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def make_ground(tmp_path_factory):
    """Makes towns that share one rehearsal."""
    with grounds(tmp_path_factory.mktemp("dying"), Walked) as make:
        yield make


@pytest.fixture(scope="module")
def changes(make_ground):
    """How often an undisturbed walk changes the world."""
    done = make_ground("whole").walk()
    assert done.returncode == 0, done.stdout + done.stderr
    return int(done.stdout)


def test_a_walk_changes_the_world_often_enough_to_be_killed(changes):
    assert changes > 20 * POINTS


@pytest.mark.parametrize("point", range(POINTS))
def test_after_a_death_at_any_point_the_next_walk_lands_and_nothing_is_twice(
    make_ground, changes, point
):
    ground = make_ground(f"point-{point}")
    die_at = int(changes * (point + 0.5) / POINTS)

    died = ground.walk(die_at)
    assert died.returncode == -signal.SIGKILL, died.stdout
    done = ground.walk()

    assert done.returncode == 0, f"died at {die_at} of {changes}: {done.stdout}{done.stderr}"
    layout = ground.town.layout.rig("beatlane")
    log = Repo(ground.root.parent / "origins" / "beatlane.git").log("main")
    mine = [dict(commit.trailers) for commit in log if ("bead", ground.bead) in commit.trailers]
    stages = [trailers["stage"] for trailers in mine]
    assert stages == ["polecat 2", "polecat 1", "defender 1"]
    assert [c for c in log if ("stage", f"librarian {ground.convoy}") in c.trailers][1:] == []
    assert ground.town.ledger.show(ground.bead).status == "closed"
    assert slots(layout) == ()
    assert [tree.path for tree in list_worktrees(layout)] == [layout.refinery]
