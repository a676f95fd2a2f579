"""What steps, gates and runs of the town raise, and that a retry raises nothing twice."""

import pytest

from gastown.beads.bead import Draft
from gastown.convoys.molecule import pour, record
from gastown.errors import EscalatedError
from gastown.escalation.record import LABEL, look, open_escalations, require, resolve
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.stage import Placement, StageResult
from tasks.alarms import run_begun, run_failed, run_landed
from tasks.claims import claimed
from tasks.step import Attempt, run_step
from tests.tasks.oak import make_oak
from tests.tasks.test_gates import Gates

HERE = Placement(where="local", reason="a test")
REASON = "the tests are red"
REVIEW = PlannedStep(key="review", step="review", title="Review of ga-x7k")
BUILD = PlannedStep(key="build", step="build", title="Build")


class Team:
    """A town with one molecule of a reviewer's step and a build."""

    def __init__(self, folder) -> None:
        self.town = make_oak(folder, "[limits]\nrounds = 2\n")
        convoy = self.town.ledger.create(Draft(title="c", infix="cv", issue_type="convoy")).id
        plan = Plan(formula="f", digest="d", convoy=convoy, steps=(REVIEW, BUILD))
        self.molecule = pour(self.town.ledger, plan)

    def review(self, turn: int = 2, reason: str = REASON) -> None:
        def no(_) -> StageResult:
            return StageResult(verdict="rework", summary="no", reasons=(reason,))

        run_step(self.town, self.molecule, Attempt(REVIEW, turn, (), HERE), no)

    def fails(self, errors: dict[str, str]) -> None:
        run_failed(self.town, self.molecule, errors, "\n".join(errors.values()))

    def close(self, key: str) -> None:
        with claimed(self.town.ledger, self.molecule.beads[key]) as claim:
            record(self.town.ledger, claim, StageResult(summary="done"))

    def raised(self) -> list[str]:
        return [bead.id for bead in self.town.ledger.find(label=LABEL)]


@pytest.fixture
def team(tmp_path):
    return Team(tmp_path)


def test_a_step_that_was_sent_back_for_the_last_time_is_raised_with_its_reasons(team):
    with pytest.raises(EscalatedError):
        team.review()

    (bead,) = team.raised()
    one = require(team.town.ledger, bead)
    assert (one.severity, one.category, one.tier) == ("HIGH", "failed", "deacon")
    assert one.subject.startswith("Review of ga-x7k: sent back 2 times")
    assert REASON in one.text
    assert f"town bead show {team.molecule.beads['review']}" in one.text


def test_one_that_may_go_on_is_not_raised(team):
    team.review(turn=1)

    assert team.raised() == []


def test_retries_raise_nothing_twice_and_what_is_new_is_kept(team):
    for reason in (REASON, REASON, "now the lint is red"):
        with pytest.raises(EscalatedError):
            team.review(reason=reason)

    (bead,) = team.raised()
    assert [link.did for link in require(team.town.ledger, bead).chain] == ["raised", "again"]


def test_a_step_that_closes_later_ends_its_escalation_and_a_new_failure_is_a_new_one(team):
    with pytest.raises(EscalatedError):
        team.review()
    (bead,) = team.raised()
    resolve(team.town.ledger, bead, "ada", "retry it")
    with pytest.raises(EscalatedError):
        team.review()
    second = team.raised()[1]
    team.close("review")

    ended = look(team.town.ledger, second, team.town.config.escalation).resolved
    assert ended is not None
    assert ended.why.startswith("its cause is gone: ")
    assert len(team.raised()) == 2


def test_a_failed_run_is_raised_unless_its_steps_are(team):
    with pytest.raises(EscalatedError):
        team.review()
    team.fails({"review": "sent back 2 times"})
    assert len(team.raised()) == 1

    team.fails({"review": "sent back 2 times", "build": "no compiler"})
    team.fails({"build": "no compiler"})

    assert len(team.raised()) == 2
    one = require(team.town.ledger, team.raised()[1])
    assert one.subject == f"f {team.molecule.plan.convoy} did not land: Build: no compiler"
    assert one.about == team.molecule.plan.convoy


def test_who_was_asked_of_a_failed_run_has_longer_when_it_is_started_again(team):
    team.fails({"build": "no compiler"})
    run_begun(team.town, team.molecule.plan.convoy)

    (one,) = open_escalations(team.town.ledger).values()
    assert one.acked is not None
    assert one.acked.why == "its run was started again"


def test_a_convoy_that_lands_ends_it(team):
    team.fails({"build": "no compiler"})
    team.town.ledger.close(team.molecule.plan.convoy, "landed")

    run_landed(team.town)

    (bead,) = team.raised()
    ended = require(team.town.ledger, bead).resolved
    assert ended is not None
    assert "(landed)" in ended.why


def test_a_gate_that_is_overdue_is_raised_once_and_ends_when_it_opens(tmp_path):
    gates = Gates(tmp_path)
    (gate,) = gates.opened(PlannedGate(type="human", timeout_s=60))
    gates.look(gate)
    assert open_escalations(gates.town.ledger) == {}
    gates.now = gates.now.replace(year=gates.now.year + 1)
    gates.look(gate)
    gates.look(gate)

    ((bead, one),) = open_escalations(gates.town.ledger).items()
    assert (one.category, one.about, one.tier) == ("gate_timeout", gate, "deacon")
    assert "1m, which is all it was given" in one.subject
    gates.town.ledger.close(gate, "approved")
    assert look(gates.town.ledger, bead, gates.town.config.escalation).resolved is not None
