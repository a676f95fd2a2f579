"""molecule: drive a poured plan over its open steps, each where placement lets it in."""

from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress

from prefect import get_run_logger

from blocks.local_runner import make_way
from flows.drive import Drive, Work, drive
from flows.gated import attended
from flows.placing import Placing
from flows.task_runner import bursts_of_run
from gastown.convoys.course import Course
from gastown.convoys.molecule import Molecule, marks, recorded
from gastown.errors import CapacityError
from gastown.formula.plan import PlannedStep
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.here import offered, open_ledger
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.names import host_prefix
from gastown.placement.ahead.planner import ProcessPlanner
from gastown.stage import Placement, StageResult
from gastown.town.engine import api_url
from gastown.town.town import Town
from tasks.away import away
from tasks.metering import spend_of
from tasks.publication import Publisher
from tasks.stages import stage_of
from tasks.step import Attempt, Stage, run_step
from tasks.terms import terms_of
from tasks.trips.fare import is_away

BEGUN = Placement(where="cloud", reason="an earlier run of the convoy had it begun there")


def run_molecule(town: Town, molecule: Molecule) -> Drive:
    """Drive the molecule's open steps; closed ones give their recorded results."""
    record = marks(town.ledger, molecule)
    closed = {
        key: recorded(town.ledger.show(molecule.beads[key]))
        for key, mark in record.items()
        if mark.closed
    }
    course = Course(molecule.plan, record, rounds=town.config.limits.rounds)
    with placed(town, molecule, closed.keys()) as host, attended(town, molecule) as poll:
        work = work_of(town, molecule)
        return drive(course, work, recorded=closed, host=host, poll_gates=poll)


@contextmanager
def placed(town: Town, molecule: Molecule, closed: Collection[str]) -> Generator[Placing]:
    """The host of a molecule's steps: this PC's ledger, the cloud, and who goes where."""
    terms = terms_of(town, molecule)
    terms.set_aside(closed)
    agenda = terms.agenda(closed, keep=True)
    ledger = open_ledger(town.layout, town.config.machine)
    with (
        published(town, ledger),
        ProcessPlanner(get_run_logger().warning) as planner,
        Gate(ledger, offered(town.config)) as gate,
        Placing(
            gate,
            agenda,
            molecule.beads,
            str(town.root),
            refresh=terms.session,
            purses=terms.purses,
            shut=terms.spend.blocked,
            models=terms.models(),
            make_way=lambda name: make_way(town.layout, name),
            planner=planner,
        ) as host,
    ):
        yield host


@contextmanager
def published(town: Town, ledger: AdmissionLedger) -> Generator[None]:
    """Let the town's server show what is held of this PC, where there is a server."""
    url = api_url(town.layout, town.config)
    if url is None:
        yield
        return
    with Publisher(ledger, url, host_prefix(town.config), get_run_logger().warning):
        yield


def work_of(town: Town, molecule: Molecule) -> Work:
    """Does a step where it was placed.

    What a run that died had begun elsewhere is taken from there, even where there is room here
    now: it is paid, and it must not be done twice.
    """

    def work(
        step: PlannedStep, turn: int, reasons: tuple[str, ...], placement: Placement
    ) -> StageResult:
        stage, bursts = stage_of(step), bursts_of_run(town.config.burst)

        def attempt(placement: Placement, stage: Stage) -> StageResult:
            return run_step(town, molecule, Attempt(step, turn, reasons, placement), stage)

        if not step.bound:  # it works here, with the cloud's model if it was placed so
            return attempt(placement, stage)
        if placement.where == "cloud":
            return attempt(placement, away(stage, bursts))
        if is_away(spend_of(town), molecule.beads[step.key]):
            with suppress(CapacityError):
                return attempt(BEGUN, away(stage, bursts.take))
        return attempt(placement, stage)

    return work
