"""The town's own sessions are read from its step beads."""

from typing import Any

from gastown.beads.bead import Draft
from gastown.forecast.past import learn_from, learned, model_seconds
from gastown.forecast.works import ENOUGH
from gastown.stage import StageResult, Usage
from gastown.testing import MemoryLedger


def record(token: int, verdict: Any = "done", seconds: float = 50) -> dict[str, Any]:
    usage = Usage(requests=2, input_tokens=1_000, output_tokens=100)
    facts = {"session": f".town/sessions/hq-1/{token}"}
    made = StageResult(verdict=verdict, summary="s", usage=usage, seconds=seconds, evidence=facts)
    return made.model_dump(mode="json")


def steps(role: str, **metadata: Any):
    ledger = MemoryLedger()
    return [ledger.create(Draft(title="s", metadata={"role": role, **metadata}))]


def test_rounds_that_were_sent_back_count_and_failures_do_not():
    past = {"attempts": [record(1)] * ENOUGH, "failures": [record(9, "failed", 9999)] * ENOUGH}
    known = learn_from(steps("polecat", **past), {})
    assert known.seen == {"polecat": ENOUGH}
    assert known.works["polecat"].tools_s == 50


def test_the_time_of_the_model_is_not_the_tools():
    known = learn_from(steps("polecat", attempts=[record(7)] * ENOUGH), {"hq-1/7": 30.0})
    assert known.works["polecat"].tools_s == 20


def test_reviews_that_send_back_make_the_share():
    past = {"reviews": [record(n, "rework") for n in range(4)], "attempts": [record(5)] * 12}
    known = learn_from(steps("refinery", **past), {})
    assert (known.rework, known.reviews) == (0.25, 16)


def test_a_new_town_has_no_past_and_no_file_is_made_for_it(tmp_path):
    spend = tmp_path / "spend.db"
    assert learned(MemoryLedger(), spend).seen == {}
    assert model_seconds(spend) == {}
    assert not spend.exists()
