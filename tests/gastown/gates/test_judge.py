"""judge: which facts resolve which gate, and the laws of time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.formula.plan import PlannedGate
from gastown.gates.facts import Answer, BeadFact, Facts, PullFact, RunFact
from gastown.gates.judge import TYPES, Open, Overdue, Rejected, Resolved, judge

OPENED = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return OPENED + timedelta(seconds=seconds)


def judged(kind, *, now=0.0, await_id="", timeout_s=None, **facts: Any):
    gate = PlannedGate(type=kind, await_id=await_id, timeout_s=timeout_s)
    return judge(gate, Facts(opened=OPENED, **facts), at(now))


def run(conclusion, status="completed"):
    return RunFact(repo="a/b", id=1, status=status, conclusion=conclusion, url="u")


def pull(state, *, merged=False):
    return PullFact(repo="a/b", number=2, state=state, merged=merged, url="u")


def test_a_person_opens_every_gate():
    answer = Answer(by="ann", comment="go", output={"answer": "1.2"})
    for kind in TYPES:
        found = judged(kind, answer=answer)
        assert found == Resolved("ann", "approved by ann: go", {"answer": "1.2"})


def test_a_person_says_no():
    no = Answer(approved=False, by="ann", comment="too early")

    assert judged("human", answer=no) == Rejected("ann", "too early")


def test_a_timer_ends_after_what_its_id_says_else_its_timeout():
    assert judged("timer", await_id="1h", now=3_599) == Open(at(3_600))
    assert isinstance(judged("timer", await_id="1h", now=3_600), Resolved)
    assert isinstance(judged("timer", timeout_s=60, now=60), Resolved)
    assert isinstance(judged("timer", await_id="1h", timeout_s=60, now=60), Open)


def test_a_timer_of_no_length_calls_a_person():
    assert isinstance(judged("timer", await_id="later"), Overdue)


@pytest.mark.parametrize("conclusion", ["success", "skipped", "neutral"])
def test_a_good_run_resolves(conclusion):
    assert isinstance(judged("gh:run", run=run(conclusion)), Resolved)


@pytest.mark.parametrize("conclusion", ["failure", "cancelled", "timed_out", ""])
def test_a_bad_run_calls_a_person(conclusion):
    assert isinstance(judged("gh:run", run=run(conclusion)), Overdue)


def test_a_run_under_way_is_waited_for():
    assert judged("gh:run", run=run("", "in_progress"), timeout_s=9) == Open(at(9))


def test_a_pull_request_resolves_when_merged_and_calls_a_person_when_closed():
    assert isinstance(judged("gh:pr", pull=pull("closed", merged=True)), Resolved)
    assert isinstance(judged("gh:pr", pull=pull("closed")), Overdue)
    assert judged("gh:pr", pull=pull("open")) == Open()


def test_a_bead_that_closes_resolves():
    assert judged("bead", bead=BeadFact(id="sk-1")) == Open()
    found = judged("bead", bead=BeadFact(id="sk-1", closed=True, reason="done"))
    assert found == Resolved("sk-1", "sk-1 is closed: done", {"bead": "sk-1", "reason": "done"})


def test_a_condition_that_holds_resolves():
    assert judged("conditional", condition=False) == Open()
    assert isinstance(judged("conditional", condition=True, await_id="x"), Resolved)


def test_mail_answers_the_gates_that_wait_for_a_word():
    mail = Answer(by="bob", output={"answer": "yes"})

    assert isinstance(judged("mail", mail=mail), Resolved)
    assert isinstance(judged("human", mail=mail), Resolved)
    assert judged("gh:pr", mail=mail) == Open()


def test_after_its_timeout_a_person_is_called():
    found = judged("human", timeout_s=5_400, now=5_400)
    assert isinstance(found, Overdue)
    assert "1h 30m" in found.reason


def test_what_cannot_be_looked_at_calls_a_person_with_the_reason():
    assert judged("gh:pr", trouble="no token") == Overdue("no token")


seen = st.fixed_dictionaries(
    {},
    optional={
        "answer": st.builds(Answer, approved=st.booleans()),
        "mail": st.builds(Answer, approved=st.booleans()),
        "run": st.sampled_from([run("success"), run("failure"), run("", "queued")]),
        "pull": st.sampled_from([pull("open"), pull("closed"), pull("closed", merged=True)]),
        "bead": st.builds(BeadFact, id=st.just("sk-1"), closed=st.booleans()),
        "condition": st.booleans(),
        "trouble": st.sampled_from(["", "no token"]),
    },
)
gates = st.builds(
    PlannedGate,
    type=st.sampled_from(TYPES),
    await_id=st.sampled_from(["", "10s", "1m", "ci.yml"]),
    timeout_s=st.none() | st.floats(min_value=0, max_value=200),
)
moments = st.floats(min_value=-10, max_value=300).map(at)


@settings(max_examples=200)
@given(gates, seen, moments, moments)
def test_time_alone_turns_back_nothing(gate, facts, one, other):
    """Resolved and rejected stay so; overdue stays so unless a timer ends."""
    early, late = sorted([one, other])
    known = Facts(opened=OPENED, **facts)
    before, after = judge(gate, known, early), judge(gate, known, late)

    if isinstance(before, Resolved | Rejected):
        assert after == before
    if isinstance(before, Overdue):
        assert isinstance(after, Overdue | Resolved)


@settings(max_examples=200)
@given(gates, moments)
def test_without_a_fact_only_a_timer_resolves(gate, now):
    found = judge(gate, Facts(opened=OPENED), now)

    assert not isinstance(found, Rejected)
    assert gate.type == "timer" or not isinstance(found, Resolved)


@settings(max_examples=200)
@given(gates, seen, moments)
def test_an_open_gate_says_when_time_alone_changes_it(gate, facts, now):
    known = Facts(opened=OPENED, **facts)
    found = judge(gate, known, now)

    if isinstance(found, Open) and found.until is not None:
        assert found.until > now
        assert not isinstance(judge(gate, known, found.until), Open)
