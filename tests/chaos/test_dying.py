"""A process may die between any two changes it makes: the next one finishes, nothing is twice."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from gastown.cli.demo.world import found, furnish
from gastown.convoys.convoy import create_convoy
from gastown.rigs.git import Repo
from gastown.rigs.slots import slots
from gastown.rigs.worktree import list_worktrees
from gastown.town.town import Town
from tests.landing.towns import rehearsed

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
POINTS = 12


@dataclass
class Ground:
    """A town whose convoy is one bead of beatlane: sent back once, then merged."""

    root: Path
    convoy: str
    bead: str

    @property
    def town(self):
        return Town.open(self.root)

    def walk(self, die_at: int = 0) -> "subprocess.CompletedProcess[str]":
        argv = [sys.executable, "-m", "tests.chaos.walker", str(self.root), self.convoy]
        return subprocess.run(
            [*argv, str(die_at)], cwd=ROOT, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def make_ground(tmp_path_factory):
    """Makes towns that share one rehearsal."""
    folder = tmp_path_factory.mktemp("dying")
    with rehearsed(folder) as (url, names):
        slugs: dict[str, str] = {}

        def make(name: str) -> Ground:
            place = folder / name
            place.mkdir()
            world = furnish(found(place, "rehearsal", {"endpoint": url, "vision": True}), place)
            slugs.update(world.slugs)
            names.write_text(json.dumps(slugs), encoding="utf-8")
            ledger = world.town.ledger
            ledger.close(world.convoy, "split up")
            (bead,) = [one for one, slug in world.slugs.items() if slug == "beat-grid"]
            convoy = create_convoy(ledger, world.town.config, "test", [bead])
            return Ground(world.town.root, convoy.id, bead)

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
