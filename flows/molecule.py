"""molecule: drive a poured plan over its open steps, each where placement lets it in."""

from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from prefect import get_run_logger

from blocks.local_runner import make_way
from flows.drive import Drive, drive
from flows.gated import attended
from flows.outages import Outages
from flows.placing import Placing
from flows.pump import Work
from flows.task_runner import bursts_of_run
from flows.written import Written
from gastown.convoys.course import Course
from gastown.convoys.molecule import Molecule, marks, recorded
from gastown.errors import BudgetError, CapacityError
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.here import offered, open_ledger
from gastown.patience import Wait
from gastown.placement.ahead.planner import ProcessPlanner
from gastown.placement.outlook import Purse
from gastown.placement.session import Session
from gastown.stage import Placement, StageResult
from gastown.town.town import Town
from tasks.away import away
from tasks.metering import spend_of
from tasks.outages import Bulletin, outages_named
from tasks.publication import published
from tasks.stages import stage_of
from tasks.step import Attempt, Stage, run_step
from tasks.terms import Terms, terms_of
from tasks.trips.fare import is_away

BEGUN = Placement(where="cloud", reason="an earlier run of the convoy had it begun there")


def run_molecule(town: Town, molecule: Molecule) -> Drive:
    """Drive the molecule's open steps; closed ones give their recorded results."""
    book = Written(town, molecule)
    molecule = book.molecule
    record = marks(town.ledger, molecule)
    closed = {
        key: recorded(town.ledger.show(molecule.beads[key]))
        for key, mark in record.items()
        if mark.closed
    }
    course = Course(molecule.plan, record, rounds=town.config.limits.rounds)
    with placed(town, molecule, closed.keys(), book) as host, attended(town, molecule) as poll:
        work, outages = work_of(town, molecule, book), outages_of(town, book)
        return drive(
            course, work, recorded=closed, host=host, book=book, poll_gates=poll, outages=outages
        )


def outages_of(town: Town, book: Written) -> Outages:
    """Steps that wait for what is away say so on their beads."""
    bulletin = Bulletin(town)

    def told(key: str, wait: Wait) -> None:
        bulletin.waits(book.beads[key], wait)

    def over(key: str, wait: Wait) -> None:
        bulletin.over(book.beads[key], wait)

    return Outages(town.config.limits.outage_s, told, over)


@dataclass(slots=True)
class _Latest:
    """The terms of a molecule as it has grown by now; a new step's money is set aside as it can."""

    terms: Terms
    book: Written | None

    def session(self, step: PlannedStep) -> Session:
        """The step's ways."""
        old, book = self.terms, self.book
        if book is not None and book.molecule is not old.molecule:
            self.terms = old.grown(book.molecule)
            with suppress(BudgetError):  # what it needs is asked for again when it begins
                self.terms.set_aside(old.work.keys())
        return self.terms.session(step)

    def purses(self) -> Mapping[str, Purse]:
        """What the capped sums leave."""
        return self.terms.purses()


@contextmanager
def placed(
    town: Town, molecule: Molecule, closed: Collection[str], book: Written | None = None
) -> Generator[Placing]:
    """The host of a molecule's steps: this PC's ledger, the cloud, and who goes where."""
    terms = terms_of(town, molecule)
    terms.set_aside(closed)
    latest = _Latest(terms, book)
    agenda = terms.agenda(closed, keep=True)
    ledger = open_ledger(town.layout, town.config.machine)
    with (
        published(town, ledger, get_run_logger().warning),
        ProcessPlanner(get_run_logger().warning) as planner,
        Gate(ledger, offered(town.config)) as gate,
        Placing(
            gate,
            agenda,
            book.beads if book else molecule.beads,
            str(town.root),
            refresh=latest.session,
            purses=latest.purses,
            shut=terms.spend.blocked,
            models=terms.models(),
            make_way=lambda name: make_way(town.layout, name),
            planner=planner,
        ) as host,
    ):
        yield host


def work_of(town: Town, molecule: Molecule, book: Written | None = None) -> Work:
    """Does a step where it was placed.

    What a run that died had begun elsewhere is taken from there, even where there is room here
    now: it is paid, and it must not be done twice.
    """

    def work(
        step: PlannedStep, turn: int, reasons: tuple[str, ...], placement: Placement
    ) -> StageResult:
        stage, bursts = stage_of(step), bursts_of_run(town.config.burst)
        now = book.molecule if book else molecule  # only the later one has a step that grew

        def attempt(placement: Placement, stage: Stage) -> StageResult:
            with outages_named(town.root):
                return run_step(town, now, Attempt(step, turn, reasons, placement), stage)

        if not step.bound:  # it works here, with the cloud's model if it was placed so
            return attempt(placement, stage)
        if placement.where == "cloud":
            return attempt(placement, away(stage, bursts))
        if is_away(spend_of(town), now.beads[step.key]):
            with suppress(CapacityError):
                return attempt(BEGUN, away(stage, bursts.take))
        return attempt(placement, stage)

    return work
