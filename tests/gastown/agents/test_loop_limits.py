"""The loop's limits: turns, tokens, seconds, money and context end what would go on for ever."""

import json
from pathlib import Path

import pytest

from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Job, Limits
from gastown.agents.tools import WorktreeTools
from gastown.stage import Usage
from gastown.testing import ScriptedModel, call, say
from tests.gastown.agents.given import FIX, SUBMIT, run

LOOPING = call(("list_files", {}), usage=Usage(requests=1, input_tokens=500, micro_usd=40))
LIMITS = [
    (Limits(turns=3), 3, "turns: 3 of 3"),
    (Limits(tokens=900), 2, "tokens: 1000 of 900"),
    (Limits(micro_usd=100), 3, "money: 0.00012 of 0.0001 USD"),
    (Limits(seconds=0), 0, "seconds: 0 of 0"),
]


@pytest.mark.parametrize(("limits", "asked", "error"), LIMITS)
def test_a_limit_ends_a_session_that_would_go_on_for_ever(
    root: Path, limits: Limits, asked: int, error: str
):
    model = ScriptedModel([LOOPING] * 9)

    outcome = run(model, root, limits=limits)

    assert (outcome.status, outcome.error, len(model.asks)) == ("limit", error, asked)


def test_a_model_is_told_how_long_it_may_take_and_a_cut_answer_is_not_used(root: Path):
    model = ScriptedModel([call(FIX), say("slowly", finish="time")])

    outcome = run(model, root, limits=Limits(seconds=500))

    assert outcome.status == "limit"
    assert "500 s" in outcome.error
    assert outcome.usage.requests == 2
    assert 0 < (model.asks[1].seconds or 0) <= 500


def test_a_task_that_no_context_holds_is_not_sent(root: Path):
    model = ScriptedModel([call(SUBMIT)], context=1024)

    outcome = run(model, root, task="word " * 2000)

    assert outcome.status == "limit"
    assert "context" in outcome.error
    assert not model.asks


def test_a_long_session_stays_inside_a_small_context(root: Path):
    """Outputs are clipped, the oldest are blanked, and no call loses its result."""
    (root / "long.txt").write_text("a line of some length\n" * 390)
    reading = call(("read_file", {"path": "long.txt"}))
    model = ScriptedModel([*[reading] * 12, call(FIX, SUBMIT)], context=6144)

    assert run(model, root).status == "done"
    sizes = [len(json.dumps([ask.messages, ask.tools])) // 3 for ask in model.asks]
    assert max(sizes) + model.asks[0].max_tokens < 6144


class Stopwatch:
    """A clock that a tool can move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_answer_of_many_calls_ends_with_the_time_and_not_with_the_calls(root: Path):
    clock = Stopwatch()

    def run_tests() -> str:
        clock.now += 0.5
        return "red"

    tools = WorktreeTools(root, verbs={"run_tests": run_tests})
    job = Job("polecat", "", "x", Limits(seconds=2), environment=tools)

    outcome = NativeRuntime(ScriptedModel([call(*[("run_tests", {})] * 9)]), clock).run(job)

    assert (outcome.status, outcome.error, clock.now) == ("limit", "seconds: 2 of 2", 2.0)


def test_of_one_answer_only_so_many_actions_are_done_and_the_rest_is_refused(root: Path):
    runs: list[int] = []
    tools = WorktreeTools(root, verbs={"run_tests": lambda: str(runs.append(1))})
    model = ScriptedModel([call(*[("run_tests", {})] * 40), call(FIX, SUBMIT)])

    outcome = run(model, root, environment=tools)

    assert (outcome.status, len(runs)) == ("done", 16)
    told = [message["content"] for message in model.asks[1].messages[3:]]
    assert told == ["None"] * 16 + ["Not done: only the first 16 of an answer are."] * 24


def test_a_submission_behind_too_many_actions_is_not_judged(root: Path):
    model = ScriptedModel([call(FIX, *[("list_files", {})] * 16, SUBMIT), call(SUBMIT)])

    outcome = run(model, root)

    assert (outcome.status, outcome.turns) == ("done", 2)


def test_an_answer_may_not_be_longer_than_the_tokens_that_are_left(root: Path):
    model = ScriptedModel([LOOPING] * 3)

    run(model, root, limits=Limits(tokens=600))

    assert [ask.max_tokens for ask in model.asks] == [600, 100]
