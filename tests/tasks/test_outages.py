"""What is away while a step works: named, put on record, told to a person once; never a failure."""

import errno
from datetime import timedelta

import pytest

from gastown.beads.bead import CLOSED, Draft
from gastown.beads.ledger import utc_now
from gastown.cli.progress import full_disk, in_queue
from gastown.convoys.molecule import pour
from gastown.convoys.waiting import AWAITS, awaited
from gastown.errors import ClaimedError, DiskFullError, LedgerDiskFullError, UnreachableError
from gastown.escalation.record import LABEL, require
from gastown.feed.progress import progress_of
from gastown.formula.plan import Plan, PlannedStep
from gastown.patience import ALARM_S, Wait, patience_with
from gastown.rigs.git import Repo
from gastown.stage import Placement, StageResult
from gastown.testing import MemoryLedger
from tasks.claims import claimed
from tasks.outages import Bulletin, moment, outages_named
from tasks.step import Attempt, run_step
from tests.chaos.disk import disk
from tests.gastown.rigs.given import a_rig, origin, work
from tests.tasks.oak import make_oak

HERE = Placement(where="local", reason="a test")
STEP = PlannedStep(key="build", step="build", title="Build")
AWAY = "origin /srv/heap.git cannot be reached"


class Mill:
    """A town with one molecule of one step."""

    def __init__(self, folder) -> None:
        self.town = make_oak(folder, "")
        self.ledger = self.town.ledger
        self.convoy = self.ledger.create(Draft(title="c", infix="cv", issue_type="convoy")).id
        plan = Plan(formula="f", digest="d", convoy=self.convoy, steps=(STEP,))
        self.molecule = pour(self.ledger, plan)
        self.step = self.molecule.beads["build"]

    def does(self, stage) -> StageResult:
        return run_step(self.town, self.molecule, Attempt(STEP, 1, (), HERE), stage)

    def raised(self) -> list[str]:
        return [bead.id for bead in self.ledger.find(label=LABEL)]


@pytest.fixture
def mill(tmp_path):
    return Mill(tmp_path)


def waits(lasts: float = 0.0) -> Wait:
    """A wait for an origin that has been away for so long."""
    found = patience_with(AWAY, None, moment())
    assert isinstance(found, Wait)
    return found.model_copy(update={"again": found.since + lasts})


def said_of(mill) -> list[str]:
    (step,) = progress_of(mill.ledger, mill.convoy, utc_now()).steps
    return [step.state, *(f"{one.kind}: {one.said}" for one in step.blocked_by)]


def test_a_step_whose_origin_is_away_stays_whole_and_lands_when_it_is_back(mill, tmp_path):
    rig = a_rig(tmp_path)
    branch, bare = work(rig, "hp-1", {"a.py": "1"}), origin(tmp_path).path
    bare.rename(bare.with_name("away"))

    def publish(_) -> StageResult:
        Repo(rig.canonical).push(branch)
        return StageResult(summary="published")

    with pytest.raises(UnreachableError, match=r"^origin .* cannot be reached: git push"):
        mill.does(publish)
    bead = mill.ledger.show(mill.step)
    assert (bead.status, bead.metadata.get("failures")) == ("open", None)
    assert mill.ledger.claim_of(mill.step) is None
    bare.with_name("away").rename(bare)

    assert mill.does(publish).summary == "published"
    assert mill.ledger.show(mill.step).status == CLOSED


def test_what_a_step_could_not_write_is_a_full_disk_and_no_failure(mill):
    def write(_) -> StageResult:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFullError, match=r"No space left on device; the disk at .* are free"):
        mill.does(write)

    assert said_of(mill) == ["ready"]


def test_other_errors_are_as_they_were(tmp_path):
    with pytest.raises(PermissionError), outages_named(tmp_path):
        raise PermissionError(errno.EACCES, "no")


def test_a_wait_stands_where_others_look_until_it_is_over(mill):
    bulletin, wait = Bulletin(mill.town), waits()

    bulletin.waits(mill.step, wait)
    assert said_of(mill) == ["ready", f"outage: {wait.reason}"]
    assert progress_of(mill.ledger, mill.convoy, utc_now()).awaits == wait.reason
    bulletin.over(mill.step, wait)

    assert said_of(mill) == ["ready"]
    assert AWAITS not in mill.ledger.show(mill.step).metadata


def test_a_landing_that_waits_says_so_of_its_convoy(mill):
    Bulletin(mill.town).waits(mill.convoy, wait := waits())

    when = progress_of(mill.ledger, mill.convoy, utc_now()).expected
    assert when is not None
    assert when.because == wait.reason


def test_a_wait_that_a_dead_run_left_is_not_told_for_ever(mill):
    Bulletin(mill.town).waits(mill.step, waits())
    bead = mill.ledger.show(mill.step)

    assert awaited(bead, utc_now())
    assert not awaited(bead, utc_now() + timedelta(hours=1))


def test_a_person_hears_of_what_lasts_once_whoever_waits_and_that_it_is_over(mill):
    runs = [Bulletin(mill.town), Bulletin(mill.town)]
    for run in runs:
        run.waits(mill.step, waits())
    assert mill.raised() == []

    for run in runs * 2:
        run.waits(mill.step, waits(ALARM_S))
    (bead,) = mill.raised()
    one = require(mill.ledger, bead)
    assert (one.category, one.about, one.resolved) == ("blocked", mill.step, None)
    assert one.subject == f"{AWAY}; work waits for it"
    assert "tries again at" in one.text

    runs[0].over(mill.step, waits(ALARM_S))
    ended = require(mill.ledger, bead).resolved
    assert ended is not None
    assert ended.why == "it is over: work went on"


def test_what_was_waited_for_in_vain_is_not_called_over(mill):
    bulletin = Bulletin(mill.town)
    bulletin.waits(mill.step, wait := waits(ALARM_S))
    bulletin.over(mill.step, wait.model_copy(update={"in_vain": True}))

    assert require(mill.ledger, mill.raised()[0]).resolved is None


class FullLedger(MemoryLedger):
    """Its disk is full when a claim is given back, at first."""

    tries = 0

    def release(self, claim) -> None:
        self.tries += 1
        if self.tries < 3:
            raise LedgerDiskFullError("no room", brief="full")
        super().release(claim)


def test_a_claim_is_given_back_as_soon_as_there_is_room(monkeypatch):
    monkeypatch.setattr("tasks.claims._TURN_S", 0.001)
    ledger = FullLedger()
    bead = ledger.create(Draft(title="x")).id

    with claimed(ledger, bead), pytest.raises(ClaimedError), claimed(ledger, bead):
        pass
    with claimed(ledger, bead):
        assert ledger.tries == 3


def test_a_town_whose_disk_is_full_says_so_of_every_step_that_is_ready(tmp_path):
    with disk(tmp_path / "small") as small:
        if small is None:
            pytest.skip("no tmpfs can be mounted here")
        mill = Mill(tmp_path / "small")
        assert full_disk(mill.town) == ""
        small.fill()
        try:
            queue = in_queue(mill.town)
            Bulletin(mill.town).waits(mill.step, waits())  # it cannot, and does not wait for it
        finally:
            small.clear()
        assert queue[mill.step].startswith(f"the disk at {tmp_path / 'small'} is full: 0 of 400")
        assert AWAITS not in mill.ledger.show(mill.step).metadata
