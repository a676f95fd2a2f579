"""drive, on the real engine, while an origin is away or a disk is full: steps wait and go on."""

import threading
import time
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from uuid import UUID

import pytest
from prefect import flow
from prefect.runtime import flow_run

from flows.book import Unwritten
from flows.drive import Drive, drive
from flows.host import End, Roomy
from flows.outages import Outages, outlasted
from gastown.beads.bead import Draft
from gastown.convoys.course import Course
from gastown.convoys.waiting import awaited
from gastown.errors import (
    DiskFullError,
    GitKilledError,
    LedgerDiskFullError,
    StageFailedError,
    UnreachableError,
)
from gastown.formula.outcome import Outcome
from gastown.formula.plan import Plan, PlannedStep
from gastown.patience import KILLS, Moment, Wait
from gastown.rigs.git import Repo
from gastown.stage import StageResult
from tasks.outages import moment
from tests.engine.test_drive import PLAN, Work, all_task_runs, done, said
from tests.gastown.rigs import given
from tests.tasks.oak import make_oak

pytestmark = pytest.mark.engine


def driven(work: Work, outages: Outages) -> tuple[Drive, UUID]:
    @flow(name="plan")
    def whole() -> tuple[Drive, UUID]:
        end = drive(Course(PLAN, {}), work, outages=outages)
        return end, UUID(str(flow_run.id))

    return whole()


class Told:
    """What a drive's outages say, of times as they are; `away` is renamed back when it is told."""

    def __init__(self, away: Path | None = None) -> None:
        self.waits, self.ends = list[tuple[str, Wait]](), list[tuple[str, Wait]]()
        self.away = away

    def waits_for(self, key: str, wait: Wait) -> None:
        self.waits.append((key, wait))
        if self.away is not None and self.away.with_name("away").exists():
            self.away.with_name("away").rename(self.away)

    def over(self, key: str, wait: Wait) -> None:
        self.ends.append((key, wait))


def test_a_step_that_publishes_while_its_origin_is_away_waits_and_goes_on(tmp_path):
    rig = given.a_rig(tmp_path)
    branch, bare = given.work(rig, "hp-1", {"a.py": "1"}), given.origin(tmp_path).path
    bare.rename(bare.with_name("away"))
    told = Told(bare)

    def work(step: PlannedStep, *_: object) -> StageResult:
        if step.key == "work":
            Repo(rig.canonical).push(branch)
        return done(step)

    end, ran = driven(work, Outages(60, told.waits_for, told.over))

    assert end.landed
    assert given.origin(tmp_path).find(branch) is not None
    ((key, wait),) = told.waits
    assert (key, wait.brief) == ("work", f"origin {bare} cannot be reached")
    assert told.ends == [("work", wait)]
    runs = [said(one) for one in all_task_runs(ran, 5) if one.name == "polecat 1"]
    assert sorted(runs) == [("Completed", "did work"), ("PutBack", wait.reason)]


def test_a_step_that_waits_keeps_no_other_and_fails_when_patience_is_over():
    """The clock jumps by 20 s at each look at it, so that waiting takes no time."""
    jumps, told, worked = iter(range(0, 10**9, 20)), Told(), list[str]()

    def work(step: PlannedStep, *_: object) -> StageResult:
        worked.append(step.key)
        if step.key == "work":
            raise DiskFullError("no room", brief="the disk at /srv is full")
        return done(step)

    def now() -> Moment:
        return Moment(float(next(jumps)), moment().at)

    end, _ = driven(work, Outages(200, told.waits_for, told.over, now))
    assert end.results.keys() == {"defend", "other"}
    assert end.errors["work"].startswith("the disk at /srv is full for ")
    assert end.errors["work"].endswith("; given up: no room")
    assert end.held == ("refine",)
    assert worked.count("work") == len(told.waits) + 1 > 2
    assert [(key, wait.in_vain) for key, wait in told.ends] == [("work", True)]


def test_a_join_that_finds_no_room_in_the_ledger_closes_later():
    plan = Plan(
        formula="f",
        digest="d",
        steps=(
            PlannedStep(key="one", step="one", title="one"),
            PlannedStep(key="all", step="all", title="all", kind="join", needs=("one",)),
        ),
    )

    class Full(Unwritten):
        tries = 0

        def close(
            self, plan: Plan, join: PlannedStep, outcomes: Mapping[str, Outcome]
        ) -> StageResult:
            self.tries += 1
            if self.tries == 1:
                raise LedgerDiskFullError("no room", brief="the disk at /srv is full")
            return super().close(plan, join, outcomes)

    @flow(name="plan")
    def whole() -> Drive:
        return drive(Course(plan, {}), done, book=book)

    book = Full()
    assert whole().landed
    assert book.tries == 2


def test_an_outage_of_the_loop_itself_is_raised_when_no_step_is_at_work_any_more():
    finished = list[str]()

    class Full(Roomy):
        def over(self, key: str, end: End) -> None:
            if (key, end) == ("defend", "closed"):
                raise LedgerDiskFullError("no room", brief="the disk at /srv is full")

    plan = Plan(
        formula="f",
        digest="d",
        steps=(
            PlannedStep(key="defend", step="defend", title="defend"),
            PlannedStep(key="slow", step="slow", title="slow"),
        ),
    )
    over = threading.Event()

    def work(step: PlannedStep, *_: object) -> StageResult:
        if step.key == "slow":
            over.wait(10)
            time.sleep(0.2)
        finished.append(step.key)
        over.set()
        return done(step)

    @flow(name="plan")
    def whole() -> None:
        with pytest.raises(LedgerDiskFullError):
            drive(Course(plan, {}), work, host=Full())
        assert finished == ["defend", "slow"]

    whole()


def test_what_a_run_does_outside_its_steps_is_done_again_when_origin_is_back(tmp_path):
    """As a landing does, which pushes to origin at its end."""
    rig, town = given.a_rig(tmp_path), make_oak(tmp_path, "")
    branch, bare = given.work(rig, "hp-1", {"a.py": "1"}), given.origin(tmp_path).path
    bare.rename(bare.with_name("away"))
    convoy = town.ledger.create(Draft(title="c", infix="cv", issue_type="convoy")).id
    noted = list[str]()

    def land() -> str:
        noted.append(awaited(town.ledger.show(convoy), moment().at))
        if len(noted) == 2:
            bare.with_name("away").rename(bare)
        Repo(rig.canonical).push(branch)
        return "landed"

    @flow(name="plan")
    def whole() -> str:
        return outlasted(town, convoy, land)

    assert whole() == "landed"
    assert given.origin(tmp_path).find(branch) is not None
    first, second = noted
    assert (first, second.partition(";")[0]) == ("", f"origin {bare} cannot be reached")
    assert not awaited(town.ledger.show(convoy), moment().at)


def test_a_run_fails_for_an_origin_that_stays_away_for_longer_than_its_town_waits(tmp_path):
    town = make_oak(tmp_path, "[limits]\noutage_s = 0.1\n")
    convoy = town.ledger.create(Draft(title="c", infix="cv", issue_type="convoy")).id

    def land() -> None:
        raise UnreachableError("away: git push", brief="away")

    @flow(name="plan")
    def whole() -> None:
        outlasted(town, convoy, land)

    with pytest.raises(StageFailedError, match=r"^away for 0 s; given up: away: git push$"):
        whole()
    assert not awaited(town.ledger.show(convoy), moment().at)


@pytest.mark.parametrize(("kills", "landed"), [(KILLS, True), (KILLS + 1, False)])
def test_a_landing_is_done_again_whose_git_was_killed_but_not_for_ever(tmp_path, kills, landed):
    town = make_oak(tmp_path, "")
    convoy = town.ledger.create(Draft(title="c", infix="cv", issue_type="convoy")).id
    tries = list[str]()

    def land() -> str:
        tries.append("land")
        if len(tries) <= kills:
            raise GitKilledError("git fetch: status -9")
        return "landed"

    @flow(name="plan")
    def whole() -> str:
        return outlasted(town, convoy, land)

    with nullcontext() if landed else pytest.raises(GitKilledError):
        whole()
    assert len(tries) == KILLS + 1
