"""Steps of all runs on one PC share what it has, and a full PC holds up nothing else."""

import threading
import time

import pytest
from prefect import flow

from flows.drive import Drive, drive
from flows.host import Roomy
from flows.placing import Placing
from gastown.convoys.course import Course
from gastown.errors import OvercommitError
from gastown.formula.plan import Plan, PlannedStep
from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.offer import Fixed
from gastown.machine.capacity import Capacity
from gastown.placement.agenda import Agenda
from gastown.placement.session import LocalRoute, Session
from gastown.stage import StageResult
from tests.gastown.machine.admission.events import replay

pytestmark = pytest.mark.engine

TWO = Fixed(Capacity(sandboxes=2))
STEPS = Plan(
    formula="f",
    digest="d",
    steps=tuple(PlannedStep(key=f"s{n}", step="s", title=f"step {n}") for n in range(6)),
)
BEADS = {step.key: f"sk-{step.key}" for step in STEPS.steps}
SESSIONS = {
    step.key: Session(step.key, local=LocalRoute(1, Capacity(sandboxes=1))) for step in STEPS.steps
}


def placing(gate: Gate) -> Placing:
    """Every step takes one sandbox, and has no way through a cloud."""
    agenda = Agenda(tuple(SESSIONS.values()), start=0, stretch=0)
    return Placing(gate, agenda, BEADS, "oak", lambda step: SESSIONS[step.key])


class Rooms:
    """Counts who is inside at once."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.lock = threading.Lock()

    def work(self, step: PlannedStep, *_: object) -> StageResult:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(0.05)
        with self.lock:
            self.inside -= 1
        return StageResult(summary=f"did {step.key}")


def test_two_runs_together_never_have_more_at_work_than_the_pc_has_sandboxes(tmp_path):
    rooms, ends = Rooms(), []

    def run() -> None:
        @flow(name="plan")
        def whole() -> Drive:
            with (
                Gate(AdmissionLedger(tmp_path / "a.db"), lambda: TWO) as gate,
                placing(gate) as host,
            ):
                return drive(Course(STEPS, {}), rooms.work, host=host)

        ends.append(whole())

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    assert [end.landed for end in ends] == [True, True]
    assert rooms.most == 2
    assert replay(tmp_path / "a.db").wrongs == []
    assert replay(tmp_path / "a.db").held == {}


def test_a_step_that_can_never_begin_here_fails_with_the_sum_and_the_others_go_on():
    class Small(Roomy):
        def ask(self, step, entered):
            if step.key == "s3":
                raise OvercommitError("P-cores: step 3 10 = 10 of 8, 2 too many")
            return super().ask(step, entered)

    @flow(name="plan")
    def whole() -> Drive:
        return drive(Course(STEPS, {}), Rooms().work, host=Small())

    end = whole()

    assert end.errors == {"s3": "P-cores: step 3 10 = 10 of 8, 2 too many"}
    assert set(end.results) == {"s0", "s1", "s2", "s4", "s5"}


def test_a_full_pc_does_not_keep_other_steps_from_beginning(tmp_path):
    """Three steps wait for the one sandbox, which is taken; those that need none do not wait."""
    ledger = AdmissionLedger(tmp_path / "a.db")
    done: list[str] = []
    one = Fixed(Capacity(sandboxes=1))

    with Gate(ledger, lambda: one) as gate, placing(gate) as here:
        taken = gate.ask(Ask("other", Demand(Capacity(sandboxes=1))))

        class Partly(Roomy):
            def ask(self, step, entered):
                return (here if step.key in {"s0", "s1", "s2"} else super()).ask(step, entered)

        def work(step: PlannedStep, *_: object) -> StageResult:
            done.append(step.key)
            if len(done) == 3:
                gate.end(taken)
            return StageResult(summary="done")

        @flow(name="plan")
        def whole() -> Drive:
            return drive(Course(STEPS, {}), work, host=Partly())

        end = whole()

    assert end.landed
    assert set(done[:3]) == {"s3", "s4", "s5"}
    ledger.close()
