"""A session hands off at a turn boundary, when it is asked to or its context is full."""

from pathlib import Path

from gastown.testing import ScriptedModel, call
from tests.gastown.agents.given import FIX, SUBMIT, run

LIST = call(("list_files", {}))


def test_it_ends_before_its_next_request_with_what_it_did_done(root: Path):
    model = ScriptedModel([call(FIX), call(SUBMIT)])

    outcome = run(model, root, relay=lambda turns, _: "ann asked" if turns else "")

    assert (outcome.status, outcome.error, outcome.turns) == ("handed_off", "ann asked", 1)
    assert "a + b" in (root / "calc.py").read_text()
    assert len(model.asks) == 1


def test_it_is_told_before_each_request_how_much_of_its_history_is_gone(root: Path):
    (root / "long.txt").write_text("a line of some length\n" * 390)
    reading = call(("read_file", {"path": "long.txt"}))
    model = ScriptedModel([*[reading] * 12, call(FIX, SUBMIT)], context=6144)
    seen: list[tuple[int, float]] = []

    def relay(turns: int, dropped: float) -> str:
        seen.append((turns, dropped))
        return ""

    assert run(model, root, relay=relay).status == "done"
    assert [turns for turns, _ in seen] == list(range(13))
    assert seen[0][1] == 0
    assert [dropped for _, dropped in seen] == sorted(dropped for _, dropped in seen)
    assert seen[-1][1] > 1


def test_what_does_not_fit_at_all_is_told_as_endless(root: Path):
    model = ScriptedModel([call(SUBMIT)], context=1024)
    seen: list[float] = []

    def relay(_: int, dropped: float) -> str:
        seen.append(dropped)
        return "no room" if dropped > 1 else ""

    outcome = run(model, root, task="word " * 2000, relay=relay)

    assert outcome.status == "handed_off"
    assert seen == [0, float("inf")]


def test_a_submission_that_code_takes_goes_before_a_handoff(root: Path):
    model = ScriptedModel([LIST, call(FIX, SUBMIT)])

    outcome = run(model, root, relay=lambda turns, _: "late" if turns == 2 else "")

    assert outcome.status == "done"
