"""Answers are taken exactly or not at all."""

import json

import pytest
from pydantic import BaseModel, ValidationError

from gastown.agents.answers import Review, SecurityReading, Sightings, Submission

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
