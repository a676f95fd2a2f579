"""Schemas are plain: no references, no titles, nothing a small server stumbles over."""

import json

import pytest
from pydantic import ValidationError

from gastown.agents.answers import Review, SecurityReading, Submission
from gastown.agents.schemas import function_of, problems_of, schema_of


def test_references_are_put_in_place():
    schema = schema_of(SecurityReading)

    assert "$" not in json.dumps(schema)
    assert "file" in schema["properties"]["findings"]["items"]["properties"]


def test_titles_are_gone_but_a_property_may_be_called_so():
    properties = schema_of(SecurityReading)["properties"]["findings"]["items"]["properties"]

    assert properties["title"] == {
        "description": "The weakness in a few words.",
        "minLength": 1,
        "type": "string",
    }
    assert '"title": "' not in json.dumps(schema_of(Review))


def test_unknown_keys_are_forbidden():
    assert schema_of(Submission)["additionalProperties"] is False


def test_a_tool_has_the_form_endpoints_expect():
    assert function_of("submit", "Hand in.", Submission) == {
        "type": "function",
        "function": {
            "name": "submit",
            "description": "Hand in.",
            "parameters": schema_of(Submission),
        },
    }


def test_problems_name_the_field_and_the_reason():
    with pytest.raises(ValidationError) as caught:
        Review.model_validate_json('{"verdict": "ok", "extra": 1}')

    told = problems_of(caught.value)

    assert "verdict: Input should be 'approve' or 'rework'" in told
    assert "summary: Field required" in told
    assert "extra: Extra inputs are not permitted" in told
