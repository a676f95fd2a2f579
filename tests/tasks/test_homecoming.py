"""A convoy's branch that clashes with main: rework that blocks its landing, done by agents."""

import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from gastown.beads.bead import CLOSED, OPEN, Draft
from gastown.beads.sqlite import SqliteLedger
from gastown.beads.sqlite_store import SqliteStore
from gastown.convoys.convoy import create_convoy, members, show_convoy
from gastown.convoys.homecoming import is_homecoming
from gastown.convoys.molecule import Molecule, find_molecule, pour
from gastown.errors import EscalatedError, MainRedError
from gastown.formula.plan import Plan, PlannedStep
from gastown.founding.rig import add_rig
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Call, Turn
from gastown.rigs.clone import new_origin
from gastown.rigs.git import Repo
from gastown.rigs.slots import slots
from gastown.town.town import Town
from tasks.drop import drop
from tasks.homecoming import come_home
from tasks.land import land
from tests.chaos.walker import walk
from tests.gastown.rigs.given import alone, write
from tests.tasks.elsewhere import Elsewhere, allow_burst, git_daemon
from tests.tasks.oak import make_oak, rows
from tests.tasks.test_away import drive

ANN = "ann <ann@example.org>"
FILES = {
    "tune.py": "def tempo():\n    return 100\n",
    "tests/test_tune.py": "from tune import tempo\n\n\ndef test_tempo():\n    assert tempo() > 0\n",
}
OURS, THEIRS = "def tempo():\n    return 100 + 20\n", "def tempo():\n    return 100 * 2\n"
BOTH = "def tempo():\n    return 100 * 2 + 20\n"


@dataclass
class Garden:
    """A convoy all of whose steps are closed, on a branch of its own beside a main that moved."""

    town: Town
    molecule: Molecule
    script: Script
    origin: Repo

    @property
    def convoy(self) -> str:
        return self.molecule.plan.convoy

    @property
    def own(self) -> str:
        return f"integration/{self.convoy}"

    def rework(self) -> list[str]:
        ledger = self.town.ledger
        beads = members(ledger, show_convoy(ledger, self.convoy))
        return [bead.id for bead in beads if is_homecoming(bead)]

    def push(self, branch: str, files: dict[str, str], start: str = "main") -> str:
        """Somebody's commit on a branch at origin."""
        repo = Repo(self.town.layout.rig("garden").canonical)
        repo.fetch()
        repo.run("checkout", "--quiet", "--detach", f"origin/{start}")
        write(repo.path, files)
        made = repo.commit_all("Change", ANN)
        repo.push(made, branch)
        repo.run("checkout", "--quiet", "main")
        return made

    def rehearse(self, text: str) -> None:
        """What the models answer for whatever brings the convoy home."""
        put = Call("write_file", {"path": "tune.py", "content": text})
        done = Turn(calls=(Call("submit", {"summary": "Both changes hold."}),))
        said = {"verdict": "approve", "summary": "Both hold.", "findings": []}
        self.script.sessions["polecat", "home", 1] = (Turn(calls=(put,)), done)
        self.script.sessions["refinery", "home", 1] = (Turn(calls=(Call("submit", said),)),)
        self.script.titles[f"Bring {self.own} together with main"] = "home"


@pytest.fixture
def garden(tmp_path: Path) -> Generator[Garden]:
    script = Script({})
    with RehearsalServer(script, pace=UNPACED) as server:
        write(tmp_path / "source", FILES)
        origin = new_origin(tmp_path / "source", tmp_path / "garden.git")
        oak = make_oak(tmp_path, rows(server.url, both=("polecat", "refinery")))
        add_rig(oak, "garden", str(origin))
        town = Town.open(oak.root)
        bead = town.ledger.create(Draft(title="Play faster", prefix="ga"))
        convoy = create_convoy(
            town.ledger, town.config, "Tempo", [bead.id], merge="review-then-land"
        )
        step = PlannedStep(key="all", step="all", title="all", role="polecat", rig="garden")
        plan = Plan(formula="convoy", digest="d", convoy=convoy.id, steps=(step,))
        molecule = pour(town.ledger, plan)
        for done in (molecule.beads["all"], bead.id):
            town.ledger.close(done, "done", evidence={"summary": "done"})
        standing = Garden(town, molecule, script, Repo(Path(origin)))
        standing.push(standing.own, {"tune.py": OURS})
        standing.push("main", {"tune.py": THEIRS})
        yield standing


def brought(garden: Garden) -> Molecule:
    found = come_home(garden.town, garden.molecule)
    assert found is not None
    return found


def test_a_conflict_becomes_a_bead_of_the_convoy_and_goes_home_without_a_person(garden: Garden):
    before = garden.origin.rev("main")
    own = garden.origin.rev(garden.own)
    garden.rehearse(BOTH)

    grown = brought(garden)

    (rework,) = garden.rework()
    assert garden.town.ledger.show(rework).status == OPEN
    assert "conflicts with main in tune.py" in garden.town.ledger.show(rework).description
    assert [step.bead for step in grown.plan.steps[-2:]] == [rework, rework]
    assert garden.origin.rev("main") == before

    assert walk(garden.town, grown) == {}
    assert garden.town.ledger.show(rework).status == CLOSED
    assert come_home(garden.town, grown) is None
    land(garden.town, grown)

    assert garden.origin.show_file("main", "tune.py") == BOTH
    assert garden.origin.is_ancestor(before, "main")
    assert garden.origin.is_ancestor(own, "main")
    assert garden.origin.find(f"refs/heads/{garden.own}") is None
    assert slots(garden.town.layout.rig("garden")) == ()
    assert garden.town.ledger.show(garden.convoy).status == CLOSED


def test_its_stages_may_be_done_on_another_machine(garden: Garden, tmp_path: Path):
    """There is no main to be met there: the branch travels as it clashes."""
    garden.rehearse(BOTH)
    brought(garden)

    with git_daemon(tmp_path) as address:
        town = allow_burst(garden.town, address)
        grown, results = drive(town, garden.convoy, Elsewhere())

    assert all(done.evidence.get("worker") for role in results.values() for done in role)
    assert results.keys() == {"polecat", "refinery"}
    assert come_home(garden.town, grown) is None
    assert garden.origin.show_file("main", "tune.py") == BOTH


def test_a_file_with_conflict_markers_is_not_taken_though_its_tests_are_green(garden: Garden):
    garden.rehearse(f'"""\n<<<<<<< mine\n"""\n{BOTH}')

    errors = walk(garden.town, brought(garden))

    (said,) = errors.values()
    assert "tune.py: conflict markers are left" in said


def test_what_is_red_only_together_with_main_is_rework_too(garden: Garden):
    garden.push(garden.own, {"tune.py": FILES["tune.py"]}, start=garden.own)
    garden.push(garden.own, {"use.py": "from tune import tempo\n"}, start=garden.own)
    test = "from use import tempo\n\n\ndef test_use():\n    assert tempo() == 100\n"
    garden.push(garden.own, {"tests/test_use.py": test}, start=garden.own)
    garden.rehearse(FILES["tune.py"])

    grown = brought(garden)

    (rework,) = garden.rework()
    assert "is red on top of main" in garden.town.ledger.show(rework).description
    assert walk(garden.town, grown) == {}
    assert come_home(garden.town, grown) is None
    assert garden.origin.show_file("main", "tune.py") == FILES["tune.py"]


def test_a_main_that_is_red_by_itself_makes_no_rework(garden: Garden):
    garden.push(garden.own, {"tune.py": THEIRS}, start=garden.own)
    garden.push("main", {"tests/test_bad.py": "def test_bad():\n    assert not 1\n"})

    with pytest.raises(MainRedError, match="mend it there, then Retry"):
        come_home(garden.town, garden.molecule)

    assert garden.rework() == []


def test_a_conflict_in_tests_is_left_to_a_person_who_mends_the_branch(garden: Garden):
    test = FILES["tests/test_tune.py"]
    garden.push(garden.own, {"tests/test_tune.py": test + "# ours\n"}, start=garden.own)
    garden.push("main", {"tests/test_tune.py": test + "# theirs\n"})
    grown = brought(garden)

    (said,) = walk(garden.town, grown).values()

    assert "tests/test_tune.py, which no agent may change" in said


def test_what_a_person_brought_together_takes_no_polecats_session(garden: Garden):
    garden.rehearse("what no Polecat is asked for")
    grown = brought(garden)
    repo = Repo(garden.town.layout.rig("garden").canonical)
    repo.run("checkout", "--quiet", "--detach", f"origin/{garden.own}")
    repo.run("merge", "--quiet", "-X", "theirs", "-m", "Mend", "origin/main", author=ANN)
    repo.push(repo.head(), garden.own)

    assert walk(garden.town, grown) == {}
    assert come_home(garden.town, grown) is None
    assert garden.origin.show_file("main", "tune.py") == THEIRS


def test_after_the_last_round_a_person_is_asked(garden: Garden):
    molecule = garden.molecule
    for turn in range(garden.town.config.limits.rounds):
        molecule = brought(garden)
        assert len(garden.rework()) == turn + 1
        for bead in garden.rework():
            if garden.town.ledger.show(bead).status != CLOSED:
                garden.town.ledger.close(bead, "it was thought to be done")

    with pytest.raises(EscalatedError, match="merge main into it at origin, then Retry"):
        come_home(garden.town, molecule)


def _die_after(root: Path, convoy: str, transactions: int) -> None:
    writing, left = SqliteLedger._writing, [transactions]

    @contextmanager
    def written(self: SqliteLedger) -> Generator[SqliteStore]:
        with writing(self) as store:
            yield store
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    SqliteLedger._writing = written
    town = Town.open(root)
    molecule = find_molecule(town.ledger, convoy)
    assert molecule is not None
    come_home(town, molecule)


def test_killed_after_each_transaction_it_leaves_one_bead_and_its_two_steps(garden: Garden):
    died = 1
    while alone(_die_after, garden.town.root, garden.convoy, died) == -signal.SIGKILL:
        died += 1

    grown = find_molecule(garden.town.ledger, garden.convoy)

    assert died > 2  # more than one transaction was there to die after
    assert grown is not None
    assert len(garden.rework()) == 1
    assert [step.step for step in grown.plan.steps] == ["all", "reconcile", "rejoin"]
    found = garden.town.ledger.find(label="homecoming")
    assert [bead.id for bead in found] == garden.rework()


def test_a_bead_that_nothing_needs_any_more_is_closed(garden: Garden):
    brought(garden)
    garden.push(garden.own, {"tune.py": FILES["tune.py"]}, start=garden.own)

    assert come_home(garden.town, garden.molecule) is None
    (rework,) = garden.rework()
    assert garden.town.ledger.show(rework).status == CLOSED


def test_a_convoy_that_is_given_up_leaves_no_such_bead_behind(garden: Garden):
    brought(garden)

    dropped = drop(garden.town, garden.convoy, "no more", force=True)

    (rework,) = garden.rework()
    assert dropped.open == ()
    assert garden.town.ledger.show(rework).status == CLOSED
