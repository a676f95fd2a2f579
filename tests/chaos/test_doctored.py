"""The doctor beside a run finds nothing, after a death mends what is left, and never harms."""

import signal
import subprocess

import pytest

from gastown.doctor.all import CHECKS
from gastown.doctor.examine import Examined, examine, treat
from gastown.doctor.finding import Finding
from gastown.doctor.scene import Scene
from gastown.rigs.git import Repo
from tests.chaos.grounds import ROOT, Ground, grounds

pytestmark = [pytest.mark.slow]

POINTS = 2
QUICK = tuple(check for check in CHECKS if check.name != "tools")  # a jail is probed elsewhere


def silent(_: object) -> None:
    """Nobody listens."""


class Ward(Ground):
    """One with the doctor at hand."""

    def look(self) -> Scene:
        return Scene(self.town)

    def found(self) -> tuple[Finding, ...]:
        return examine(self.look, QUICK, silent)

    def treated(self) -> Examined:
        return treat(self.look, QUICK, silent, silent)

    def begun(self, die_at: int = 0) -> "subprocess.Popen[str]":
        argv = self.argv("tests.chaos.held", die_at)
        pipe = subprocess.PIPE
        return subprocess.Popen(argv, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)


@pytest.fixture(scope="module")
def make_ground(tmp_path_factory):
    """Makes towns that share one rehearsal."""
    with grounds(tmp_path_factory.mktemp("doctored"), Ward) as make:
        yield make


@pytest.fixture(scope="module")
def changes(make_ground):
    """How often a walk changes the world, while the doctor looks at it all the time."""
    ground, looks = make_ground("whole"), 0
    run = ground.begun()
    while run.poll() is None:
        assert ground.found() == ()
        assert ground.treated() == Examined()
        looks += 1
    said, wrong = run.communicate()
    assert run.returncode == 0, said + wrong
    assert looks > 2
    assert ground.found() == ()
    return int(said)


@pytest.mark.parametrize("point", range(POINTS))
def test_what_a_death_leaves_is_mended_and_the_next_walk_lands(make_ground, changes, point):
    ground = make_ground(f"point-{point}")
    died = ground.begun(int(changes * (point + 0.5) / POINTS))
    said, wrong = died.communicate()
    assert died.returncode == -signal.SIGKILL, said + wrong

    mended = ground.treated()
    assert mended.findings == ()
    assert mended.mended
    assert ground.treated() == Examined()

    run = ground.begun()
    said, wrong = run.communicate()
    assert run.returncode == 0, said + wrong
    assert ground.found() == ()
    log = Repo(ground.root.parent / "origins" / "beatlane.git").log("main")
    mine = [dict(commit.trailers) for commit in log if ("bead", ground.bead) in commit.trailers]
    assert [trailers["stage"] for trailers in mine] == ["polecat 2", "polecat 1", "defender 1"]
