"""Questions: what a run-time condition may say, and where it is told to be wrong."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import FormulaError
from gastown.formula.question import (
    STATUSES,
    Comparison,
    Exists,
    Several,
    Tally,
    Variable,
    names_of,
    parse_question,
)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("status == 'complete'", Comparison("step", None, "==", "closed")),
        ("step.status != done", Comparison("step", None, "!=", "closed")),
        ("output.approved == true", Comparison("step", ("approved",), "==", "true")),
        ("step.output.a.b >= 3", Comparison("step", ("a", "b"), ">=", "3")),
        ("review.output.left == ''", Comparison("review", ("left",), "==", "")),
        ("steps.review.output.left<2", Comparison("review", ("left",), "<", "2")),
        ("loop.iter2.check.status == failed", Comparison("loop.iter2.check", None, "==", "failed")),
        ("work[sk-1].status == closed", Comparison("work[sk-1]", None, "==", "closed")),
        ("file.exists('go.mod')", Exists("go.mod")),
        ('file.exists("a b")', Exists("a b")),
        ("env.CI == 'a b'", Variable("CI", "==", "a b")),
        ("steps.complete >= 3", Tally("closed", ">=", 3)),
        (
            "children(step).all(status == 'closed')",
            Several("children", "step", "all", Comparison("step", None, "==", "closed")),
        ),
        (
            "descendants(epic).count(output.ok == true) > 2",
            Several(
                "descendants", "epic", "count", Comparison("step", ("ok",), "==", "true"), ">", 2
            ),
        ),
        (
            "steps(review-*).any(status == failed)",
            Several("steps", "review-*", "any", Comparison("step", None, "==", "failed")),
        ),
    ],
)
def test_each_form_is_read(text: str, question: object):
    assert parse_question(text) == question
    assert parse_question(f"  {text}\n") == question


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("", 1, "expected a condition"),
        ("approved", 1, "'approved' is nothing to compare"),
        ("output.ok = true", 11, "expected ==, !="),
        ("output.ok ==", 13, "expected a value"),
        ("output.a..b == 1", 1, "empty part"),
        ("status == finished", 11, "'finished' is no status"),
        ("status > closed", 8, "a status is compared with == or !="),
        ("steps.finished > 1", 1, "'finished' is no status"),
        ("steps.closed > many", 16, "expected a whole number"),
        ("env.a-b == 1", 1, "no name of a variable"),
        ("file.size('x') > 1", 1, "there is no file.size(…)"),
        ("file.exists('x'", 16, "expected ')'"),
        ("children(a).most(status == closed)", 12, "write .all(…), .any(…) or .count(…)"),
        ("children(a).all(status == closed) > 1", 35, "is too much"),
        ("output.a == 1 and output.b == 2", 15, "a condition is one comparison"),
        ("output.a == 'open", 13, "expected a value"),
    ],
)
def test_what_is_no_condition_is_told_with_its_place(text: str, place: int, said: str):
    with pytest.raises(FormulaError, match=f", character {place}: ") as told:
        parse_question(text)
    assert said in str(told.value)


def test_a_question_names_the_steps_it_asks_of():
    assert names_of(parse_question("review.status == closed")) == ("review",)
    assert names_of(parse_question("children(epic).all(status == closed)")) == ("epic",)
    assert names_of(parse_question("output.ok == true")) == ()
    assert names_of(parse_question("env.CI == true")) == ()


WORDS = ["status", "output.a", "step.", "steps.", "env.CI", "file.exists", "children", "closed"]
PIECES = st.lists(st.sampled_from([*WORDS, *"()'\".= !<>1", "==", "all", "count"]), max_size=12)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | PIECES.map("".join))
def test_any_text_is_a_question_or_told_to_be_none(text: str):
    """No text ends in another error, and every status that comes out is one of four."""
    with suppress(FormulaError):
        question = parse_question(text)
        if isinstance(question, Tally):
            assert question.status in set(STATUSES.values())
