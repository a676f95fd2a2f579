"""The JSON dialect: one object per answer, held to a union of the tools' schemas."""

import json
from pathlib import Path

import pytest

from gastown.agents.answers import Review
from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Job, Limits
from gastown.agents.tools import WorktreeTools
from gastown.testing import ScriptedModel, say


def job(root: Path) -> Job:
    return Job(
        role="refinery",
        system="You review.",
        task="Review.",
        limits=Limits(),
        environment=WorktreeTools(root),
        output=Review,
    )


def test_a_session_in_json(tmp_path: Path):
    (tmp_path / "a.py").write_text("x = 1\n")
    submit = {"action": "submit", "verdict": "approve", "summary": "Fine."}
    model = ScriptedModel(
        [say('{"action": "read_file", "path": "a.py"}'), say(json.dumps(submit))], protocol="json"
    )

    outcome = NativeRuntime(model).run(job(tmp_path))

    assert outcome.answer == Review(verdict="approve", summary="Fine.")
    assert model.asks[1].messages[-1] == {"role": "user", "content": "x = 1\n"}


def test_the_schema_is_a_union_told_apart_by_action(tmp_path: Path):
    model = ScriptedModel(
        [say('{"action": "submit", "verdict": "approve", "summary": "x"}')], protocol="json"
    )

    NativeRuntime(model).run(job(tmp_path))

    schema = model.asks[0].schema
    assert schema is not None
    actions = [one["properties"]["action"]["enum"][0] for one in schema["anyOf"]]
    assert actions == ["list_files", "read_file", "search", "write_file", "edit_file", "submit"]
    assert all(one["required"][0] == "action" for one in schema["anyOf"])


def test_the_prompt_names_every_action_because_models_do_not_see_the_schema(tmp_path: Path):
    model = ScriptedModel(
        [say('{"action": "submit", "verdict": "approve", "summary": "x"}')], protocol="json"
    )

    NativeRuntime(model).run(job(tmp_path))

    told = model.asks[0].messages[0]["content"]
    assert '- {"action": "read_file", "path": string, "start": integer (optional)' in told
    assert '- {"action": "submit", "verdict": string, "summary": string' in told


@pytest.mark.parametrize("text", ["Hello", '{"action": "dance"}', "[]", '{"path": "a.py"}', "{"])
def test_what_is_no_action_is_answered_with_the_actions(tmp_path: Path, text: str):
    good = say('{"action": "submit", "verdict": "approve", "summary": "x"}')
    model = ScriptedModel([say(text), good], protocol="json")

    assert NativeRuntime(model).run(job(tmp_path)).status == "done"
    assert "one of list_files" in model.asks[1].messages[-1]["content"]


def test_a_call_in_the_form_of_tools_is_understood(tmp_path: Path):
    printed = {"name": "submit", "arguments": {"verdict": "approve", "summary": "x"}}
    outcome = NativeRuntime(ScriptedModel([say(json.dumps(printed))], protocol="json")).run(
        job(tmp_path)
    )

    assert (outcome.status, outcome.salvaged) == ("done", 1)
