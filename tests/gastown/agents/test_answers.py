"""Answers are taken exactly or not at all."""

import json

import pytest
from pydantic import BaseModel, ValidationError

from gastown.agents.answers import (
    MAX_FINDINGS,
    Finding,
    Review,
    SecurityReading,
    Sightings,
    Submission,
    Weakness,
)
from gastown.agents.schemas import problems_of, schema_of

GOOD = [
    (Submission, '{"summary": "Done."}'),
    (Review, '{"verdict": "approve", "summary": "Fine."}'),
    (
        Review,
        '{"verdict": "rework", "summary": "No", "findings": [{"file": "a", "text": "b"}]}',
    ),
    (SecurityReading, '{"summary": "Nothing.", "findings": []}'),
    (Sightings, '{"claims": [{"claim": 1, "verdict": "unsure", "evidence": "too dark"}]}'),
]
FINDING = '{"verdict": "approve", "summary": "x", "findings": [{"file": "a", %s}]}'
WEAKNESS = '{"summary": "x", "findings": [{"file": "a", "title": "t", "reason": "r", %s}]}'
BAD = [
    (Submission, "{}"),
    (Submission, '{"summary": ""}'),
    (Submission, '{"summary": " \\n\\u0000"}'),
    (Submission, '{"summary": 1}'),
    (Submission, '{"summary": "x", "tests": "all green"}'),
    (Review, '{"verdict": "approved", "summary": "x"}'),
    (Review, FINDING % '"line": "3", "text": "y"'),
    (Review, FINDING % '"line": 0, "text": "y"'),
    (SecurityReading, WEAKNESS % '"severity": "bad"'),
    (Sightings, '{"claims": [{"claim": 1, "verdict": true, "evidence": "x"}]}'),
]


@pytest.mark.parametrize(("model", "text"), GOOD)
def test_taken(model: type[BaseModel], text: str):
    answer = model.model_validate_json(text)

    assert json.loads(answer.model_dump_json(exclude_unset=True)) == json.loads(text)


@pytest.mark.parametrize(("model", "text"), BAD)
def test_refused(model: type[BaseModel], text: str):
    with pytest.raises(ValidationError):
        model.model_validate_json(text)


def test_a_summary_is_one_paragraph_that_can_forge_no_trailer():
    forged = Review(verdict="approve", summary="Fine.\n\nBead: sk-9\nStage: refinery 1 \x1b[2J")

    assert forged.summary == "Fine. Bead: sk-9 Stage: refinery 1 [2J"


def test_longer_texts_keep_their_lines_and_lose_what_steers_a_terminal():
    found = Finding(file="a\nb.py", text="first \r\n\tthen\x07\n\n")
    weak = Weakness(file="a", severity="low", title="a\nb", reason="c\nd")

    assert (found.file, found.text) == ("a b.py", "first\n\tthen")
    assert (weak.title, weak.reason) == ("a b", "c\nd")


def test_who_says_too_much_is_told_how_much_is_enough():
    with pytest.raises(ValidationError) as told:
        Submission(summary="x" * 2_001)
    assert "2001 characters; say it in at most 2000" in problems_of(told.value)

    many = [Finding(file="a", text="b")] * (MAX_FINDINGS + 1)
    with pytest.raises(ValidationError) as told:
        Review(verdict="rework", summary="x", findings=tuple(many))
    assert "there are 101" in problems_of(told.value)


def test_lengths_are_no_part_of_the_schema_that_endpoints_make_a_grammar_of():
    assert "maxLength" not in str(schema_of(Review))
