"""Molecule: a plan on record, and what a crash leaves of it."""

from datetime import timedelta

import pytest

from gastown.beads.bead import CLOSED, OPEN, Draft
from gastown.beads.ledger import Claim
from gastown.beads.memory import MemoryLedger
from gastown.convoys.board import board
from gastown.convoys.convoy import create_convoy, summary
from gastown.convoys.course import Mark
from gastown.convoys.molecule import (
    Molecule,
    find_molecule,
    marks,
    pour,
    record,
    record_failure,
    record_rework,
    recorded,
)
from gastown.errors import LedgerError, StaleTokenError
from gastown.formula.plan import Plan, PlannedStep
from gastown.gates.judge import Rejected, Resolved
from gastown.gates.record import change, close_gate, open_gate, reject_gate
from gastown.stage import StageResult, Usage
from gastown.testing import FakeClock
from gastown.town.config import TownConfig

PLAN = Plan(
    formula="convoy",
    digest="d",
    convoy="hq-cv-1",
    steps=(
        PlannedStep(key="defend", step="defend", title="defender core", role="defender"),
        PlannedStep(
            key="work", step="work", title="polecat", needs=("defend",), bead="sk-1", role="polecat"
        ),
        PlannedStep(
            key="refine",
            step="refine",
            title="refinery",
            needs=("work",),
            bead="sk-1",
            role="refinery",
        ),
    ),
)
LEASE = timedelta(minutes=1)


@pytest.fixture
def ledger() -> MemoryLedger:
    return MemoryLedger()


@pytest.fixture
def molecule(ledger: MemoryLedger) -> Molecule:
    return pour(ledger, PLAN)


def claim(ledger: MemoryLedger, molecule: Molecule, key: str) -> Claim:
    return ledger.claim(molecule.beads[key], "here", LEASE)


def finish(ledger: MemoryLedger, molecule: Molecule, *keys: str) -> None:
    for key in keys:
        result = StageResult(summary=f"did {key}", usage=Usage(requests=1, output_tokens=7))
        record(ledger, claim(ledger, molecule, key), result)


def test_each_step_becomes_a_child_bead_with_its_needs(ledger: MemoryLedger, molecule: Molecule):
    work = ledger.show(molecule.beads["work"])

    assert work.parent == molecule.id
    assert work.needs == (molecule.beads["defend"],)
    assert work.metadata["role"] == "polecat"


def test_only_a_step_whose_needs_closed_is_ready(ledger: MemoryLedger, molecule: Molecule):
    assert [b.id for b in ledger.ready(parent=molecule.id)] == [molecule.beads["defend"]]

    finish(ledger, molecule, "defend")

    assert [b.id for b in ledger.ready(parent=molecule.id)] == [molecule.beads["work"]]


def test_pouring_twice_gives_the_molecule_that_stands(ledger: MemoryLedger, molecule: Molecule):
    again = pour(ledger, PLAN.model_copy(update={"digest": "edited"}))

    assert again == molecule
    assert find_molecule(ledger, "hq-cv-1") == molecule


def test_a_closed_step_gives_back_what_it_did(ledger: MemoryLedger, molecule: Molecule):
    finish(ledger, molecule, "defend")

    assert recorded(ledger.show(molecule.beads["defend"])).summary == "did defend"
    assert marks(ledger, molecule)["defend"] == Mark(closed=True)


def test_a_stale_token_closes_nothing(ledger: MemoryLedger, molecule: Molecule):
    old = claim(ledger, molecule, "defend")
    ledger.claim(old.bead, "there", LEASE, evict=True)

    with pytest.raises(StaleTokenError):
        record(ledger, old, StageResult(summary="late"))

    assert ledger.show(old.bead).status != CLOSED


def send_back(ledger: MemoryLedger, molecule: Molecule) -> None:
    finish(ledger, molecule, "defend", "work")
    result = StageResult(verdict="rework", summary="no", reasons=("too slow",))
    record_rework(ledger, molecule, "refine", claim(ledger, molecule, "refine"), result)


def test_rework_opens_worker_and_reviewer_for_the_next_round(
    ledger: MemoryLedger, molecule: Molecule
):
    send_back(ledger, molecule)

    found = marks(ledger, molecule)
    assert found["work"] == found["refine"] == Mark(round=2, reasons=("too slow",))
    assert ledger.show(molecule.beads["work"]).status == OPEN


def test_a_crash_between_the_two_halves_of_a_rework_is_mended(
    ledger: MemoryLedger, molecule: Molecule
):
    """The reviewer's round is on record, the worker is still closed: reading opens the worker."""
    finish(ledger, molecule, "defend", "work")
    reviewer = claim(ledger, molecule, "refine")
    changes = {"round": 2, "reasons": ["too slow"]}
    ledger.update(reviewer.bead, {"metadata": changes}, token=reviewer.token)
    ledger.release(reviewer)

    found = marks(ledger, molecule)

    assert found["work"] == Mark(round=2, reasons=("too slow",))
    assert ledger.show(molecule.beads["work"]).status == OPEN


GAUGE = {"kind": "pytest"}
CORE = {"prefix": "sk", "origin": "o", "gauge": GAUGE}
CONFIG = TownConfig.model_validate({"town": {"name": "t"}, "rigs": {"core": CORE}})


def poured(ledger: MemoryLedger) -> tuple[str, Molecule]:
    """A convoy of one bead, and its molecule."""
    bead = ledger.create(Draft(title="Grade", prefix="sk"))
    convoy = create_convoy(ledger, CONFIG, "Scores", [bead.id])
    return convoy.id, pour(ledger, PLAN.model_copy(update={"convoy": convoy.id}))


def test_the_board_shows_every_round_and_adds_up_what_all_of_them_used(ledger: MemoryLedger):
    convoy, molecule = poured(ledger)
    send_back(ledger, molecule)
    finish(ledger, molecule, "work")

    shown = board(ledger, convoy)

    assert [(row.key, row.state) for row in shown.stages] == [
        ("defend", "closed"),
        ("work", "sent back"),
        ("work", "closed"),
        ("refine", "sent back"),
        ("refine", "open"),
    ]
    assert shown.usage == Usage(requests=3, output_tokens=21)
    assert (shown.closed, shown.total) == (2, 3)


def fail(ledger: MemoryLedger, molecule: Molecule, key: str) -> None:
    held = claim(ledger, molecule, key)
    spent = Usage(requests=1, output_tokens=5)
    record_failure(ledger, held, StageResult(verdict="failed", summary="no tests", usage=spent))
    ledger.release(held)


def rows(ledger: MemoryLedger, convoy: str) -> list[tuple[str, str]]:
    return [(row.state, row.summary) for row in board(ledger, convoy).stages[:2]]


def test_what_stopped_an_attempt_stays_on_the_board_with_what_it_cost(ledger: MemoryLedger):
    convoy, molecule = poured(ledger)
    fail(ledger, molecule, "defend")

    assert rows(ledger, convoy) == [("failed", "no tests"), ("open", "")]

    held = claim(ledger, molecule, "defend")
    assert rows(ledger, convoy) == [("failed", "no tests"), ("running", "")]

    ledger.release(held)
    finish(ledger, molecule, "defend")
    assert rows(ledger, convoy) == [("failed", "no tests"), ("closed", "did defend")]
    assert board(ledger, convoy).usage == Usage(requests=2, output_tokens=12)


def test_a_holder_that_lost_its_claim_records_no_failure(ledger: MemoryLedger, molecule: Molecule):
    lost = claim(ledger, molecule, "defend")
    ledger.claim(lost.bead, "another", timedelta(hours=1), evict=lost.token)

    record_failure(ledger, lost, StageResult(verdict="failed", summary="late"))

    assert "failures" not in ledger.show(lost.bead).metadata


def test_a_rework_cut_between_opening_and_noting_is_mended(
    ledger: MemoryLedger, molecule: Molecule
):
    """The worker is open again but does not know yet for which round, nor why."""
    finish(ledger, molecule, "defend", "work")
    ledger.update(molecule.beads["refine"], {"metadata": {"round": 2, "reasons": ["too slow"]}})
    ledger.reopen(molecule.beads["work"], "too slow")

    assert marks(ledger, molecule)["work"] == Mark(round=2, reasons=("too slow",))


def test_a_bead_travels_with_one_convoy_at_a_time(ledger: MemoryLedger):
    bead = ledger.create(Draft(title="Grade", prefix="sk")).id
    first = create_convoy(ledger, CONFIG, "Scores", [bead])

    with pytest.raises(LedgerError, match=f"{bead} travels with {first.id}"):
        create_convoy(ledger, CONFIG, "Again", [bead])

    ledger.close(first.id, "landed")
    assert create_convoy(ledger, CONFIG, "Again", [bead])


def test_a_convoys_summary_names_its_molecule_from_pouring_to_landing(ledger: MemoryLedger):
    bead = ledger.create(Draft(title="Snap", prefix="sk"))
    convoy = create_convoy(ledger, CONFIG, "Grid", [bead.id])
    assert summary(ledger, convoy)["molecule"] is None

    poured = pour(ledger, PLAN.model_copy(update={"convoy": convoy.id}))
    pour(ledger, PLAN)

    assert summary(ledger, convoy)["molecule"] == poured.id
    ledger.close(poured.id, "landed")
    assert summary(ledger, ledger.close(convoy.id, "landed"))["molecule"] == poured.id


class TestGatesOnTheBoard:
    def test_a_gate_is_open_until_it_waits_then_it_waits_until_it_is_answered(self):
        clock, ledger = FakeClock(), MemoryLedger()
        convoy = ledger.create(Draft(title="c", infix="cv", issue_type="convoy")).id
        ask = PlannedStep(key="ask", step="ask", title="Ship?", kind="gate")
        poured = pour(ledger, PLAN.model_copy(update={"convoy": convoy, "steps": (ask,)}))
        states = [board(ledger, convoy).stages[0].state]
        open_gate(ledger, poured, "ask", clock())
        states.append(board(ledger, convoy).stages[0].state)
        reject_gate(ledger, poured.beads["ask"], Rejected("ann", "too early"), clock())
        refused = board(ledger, convoy).stages[0]
        change(ledger, poured.beads["ask"], rejected=None)
        close_gate(ledger, poured.beads["ask"], Resolved("ann", "approved", {}), clock())
        states.append(board(ledger, convoy).stages[0].state)

        assert states == ["open", "waits", CLOSED]
        assert (refused.state, refused.summary) == ("failed", "refused by ann: too early")
