"""What a convoy took stands beside what was forecast at its launch."""

from gastown.beads.bead import Draft
from gastown.convoys.board import Board, StageRow
from gastown.convoys.molecule import pour
from gastown.forecast.fact import FORECAST, fact_of, kept
from gastown.forecast.forecast import forecast
from gastown.formula.plan import Plan
from gastown.stage import Usage
from gastown.testing import MemoryLedger
from tests.gastown.forecast.towns import basis, step, terms


def stage(key: str, start: float, where: str, state: str = "closed") -> StageRow:
    usage = Usage(requests=1, micro_usd=500)
    return StageRow(
        key=key, title=key, role=key, state=state, where=where, usage=usage, start=start, seconds=10
    )


def test_a_convoy_took_from_its_first_start_to_its_last_end(tmp_path):
    stages = (stage("a", 100, "local"), stage("b", 150, "cloud"))
    board = Board(convoy="c", title="t", status="open", stages=stages, beads=())
    fact = fact_of(board, tmp_path / "spend.db")
    assert fact is not None
    assert (fact.seconds, fact.micro_usd, fact.cloud, fact.done) == (60, 1000, 0.5, True)
    assert not list(tmp_path.iterdir())


def test_before_anything_ran_there_is_no_fact(tmp_path):
    open_ = StageRow(key="a", title="a", role="a", state="open")
    board = Board(convoy="c", title="t", status="open", stages=(open_,), beads=())
    assert fact_of(board, tmp_path / "spend.db") is None


def test_a_forecast_that_was_kept_is_read_back_as_it_was():
    ledger = MemoryLedger()
    convoy = ledger.create(Draft(title="c", issue_type="convoy")).id
    steps = (step("defend", "defender"),)
    molecule = pour(ledger, Plan(formula="f", digest="d", convoy=convoy, steps=steps))
    assert kept(ledger, convoy) is None
    made = forecast(basis(), terms(limits={"budget day": 1_000}), 3)
    ledger.update(molecule.id, {"metadata": {FORECAST: made.model_dump(mode="json")}})
    assert kept(ledger, convoy) == made
