"""The loop: what a model says is never believed, and nothing it says keeps it going for ever."""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from gastown.agents.answers import Review, Submission
from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Check, Completion, Job, Limits, Message
from gastown.agents.tools import WorktreeTools
from gastown.stage import Usage
from gastown.testing import ScriptedModel, call, say
from tests.gastown.agents.given import FIX, SUBMIT, last, run


def test_a_session_works_until_code_is_content(root: Path):
    model = ScriptedModel([call(("read_file", {"path": "calc.py"})), call(FIX), call(SUBMIT)])

    outcome = run(model, root)

    assert outcome.status == "done"
    assert outcome.answer == Submission(summary="I fixed add.")
    assert outcome.check == Check(ok=True)
    assert outcome.turns == 3
    assert outcome.usage == Usage(requests=3, input_tokens=300, output_tokens=60, micro_usd=9)
    assert "return a - b" in last(model.asks[1])


def test_a_submission_that_code_refuses_goes_back_with_the_reason(root: Path):
    model = ScriptedModel([call(SUBMIT), call(FIX, SUBMIT)])

    outcome = run(model, root)

    assert outcome.status == "done"
    assert last(model.asks[1]) == "add(1, 1) is 0, not 2"


def test_saying_that_it_is_done_does_not_end_a_session(root: Path):
    model = ScriptedModel([say("All tests pass, I am done."), call(FIX, SUBMIT)])

    outcome = run(model, root)

    assert outcome.status == "done"
    assert "submit" in last(model.asks[1])


def test_a_submission_beside_a_refused_action_is_not_judged(root: Path):
    wrong = ("edit_file", {"path": "calc.py", "search": "return a * b", "replace": "a + b"})
    model = ScriptedModel([call(wrong, SUBMIT), call(FIX, SUBMIT)])

    outcome = run(model, root)

    assert outcome.status == "done"
    assert "set right what was refused" in last(model.asks[1])
    assert "nearest line is 2" in model.asks[1].messages[-2]["content"]


UNUSABLE = [
    (call(("bash", {"command": "rm -rf /"})), "No tool 'bash'; there are: list_files"),
    (call(("edit_file", '{"path": "calc.py", "search": "{}", ')), "not a JSON object"),
    (call(("read_file", "")), "path: Field required"),
    (call(("submit", {"summary": 3})), "summary: Input should be a valid string"),
]


@pytest.mark.parametrize(("unusable", "told"), UNUSABLE)
def test_a_call_that_cannot_be_used_is_answered_under_its_id(
    root: Path, unusable: Completion, told: str
):
    model = ScriptedModel([unusable, call(FIX, SUBMIT)])

    assert run(model, root).status == "done"
    assert told in last(model.asks[1])
    assert model.asks[1].messages[-1]["tool_call_id"] == "call-0"


def test_fields_nobody_knows_are_echoed_verbatim(root: Path):
    """Some endpoints answer 400 to a history without their signature; so does this model."""
    signed = call(FIX)
    message = {**signed.message, "reasoning_content": "hm", "extra_content": {"sig": "abc"}}
    model = ScriptedModel(
        [Completion(message, "", signed.calls, signed.finish, signed.usage), call(SUBMIT)]
    )

    assert run(model, root).status == "done"
    assert model.asks[1].messages[2] == {"role": "assistant", **message}


PRINTED = [
    json.dumps({"name": FIX[0], "arguments": FIX[1]}),
    "<tool_call>\n" + json.dumps({"name": FIX[0], "arguments": FIX[1]}) + "\n</tool_call>",
    "```json\n" + json.dumps({"name": FIX[0], "parameters": FIX[1]}) + "\n```",
    "<think>{let me see}</think>" + json.dumps({"name": FIX[0], "arguments": json.dumps(FIX[1])}),
]


@pytest.mark.parametrize("printed", PRINTED)
def test_a_printed_call_is_taken_as_the_call_and_counted(root: Path, printed: str):
    outcome = run(ScriptedModel([say(printed), call(SUBMIT)]), root)

    assert outcome.status == "done"
    assert outcome.salvaged == 1


def test_an_answer_that_was_cut_off_is_dropped_and_said_so(root: Path):
    cut = say("I shall write a very long", finish="length")
    model = ScriptedModel([cut, call(FIX, SUBMIT)])

    assert run(model, root).status == "done"
    assert [m["role"] for m in model.asks[1].messages] == ["system", "user"]
    assert "cut off after 20 tokens" in last(model.asks[1])


def test_a_withheld_answer_ends_the_session(root: Path):
    outcome = run(ScriptedModel([say("", finish="content_filter")]), root)

    assert outcome.status == "gave_up"
    assert "withheld" in outcome.error


def test_an_endpoint_that_fails_ends_the_session_and_is_named(root: Path):
    outcome = run(ScriptedModel([call(FIX)]), root)

    assert outcome.status == "crashed"
    assert outcome.error == "scripted: no answer 2"
    assert outcome.usage.requests == 1


def test_two_bad_answers_in_a_row_mean_a_simpler_protocol(root: Path):
    fix = json.dumps({"action": FIX[0], **FIX[1]})
    submit = json.dumps({"action": "submit", **SUBMIT[1]})
    model = ScriptedModel(
        [call(("list_files", {})), say("Hm."), say("Well."), say(fix), say(submit)]
    )

    outcome = run(model, root)

    assert (outcome.status, outcome.downgrades) == ("done", 1)
    fresh = model.asks[3]
    assert [message["role"] for message in fresh.messages] == ["system", "user"]
    assert "list_files" in str(fresh.messages[1]["content"])
    assert fresh.schema is not None
    assert not fresh.tools


def test_the_last_protocol_is_plain_text(root: Path):
    edit = "calc.py\n<<<<<<< SEARCH\n    return a - b\n=======\n    return a + b\n>>>>>>> REPLACE"
    model = ScriptedModel([say("Hm.")] * 4 + [say(edit)])

    outcome = run(model, root)

    assert (outcome.status, outcome.downgrades) == ("done", 2)
    assert "def add(a, b):" in last(model.asks[4])


def test_a_good_answer_between_two_bad_ones_keeps_the_protocol(root: Path):
    good = call(("list_files", {}))
    model = ScriptedModel([say("Hm."), good, say("Hm."), good, say("Hm."), call(FIX, SUBMIT)])

    outcome = run(model, root)

    assert (outcome.status, outcome.downgrades) == ("done", 0)


def test_a_model_that_only_talks_is_stopped(root: Path):
    outcome = run(ScriptedModel([say("Hm.")] * 20), root)

    assert outcome.status == "limit"
    assert outcome.error == "bad answers in a row: 3"
    assert outcome.turns == 7


def test_a_job_without_hands_is_one_answer(root: Path):
    model = ScriptedModel([say('{"verdict": "approve", "summary": "Fine."}')])

    outcome = run(model, root, environment=None, output=Review, verify=None)

    assert outcome.answer == Review(verdict="approve", summary="Fine.")
    assert model.asks[0].schema is not None
    assert "verdict" in model.asks[0].messages[0]["content"]


def test_an_answer_that_is_not_valid_goes_back_with_the_reason(root: Path):
    model = ScriptedModel(
        [
            say("I approve."),
            say('{"verdict": "fine", "summary": "x"}'),
            say('```json\n{"verdict": "rework", "summary": "No."}\n```'),
        ]
    )

    outcome = run(model, root, environment=None, output=Review, verify=None)

    assert outcome.answer == Review(verdict="rework", summary="No.")
    assert "no JSON object" in last(model.asks[1])
    assert "verdict: Input should be 'approve' or 'rework'" in last(model.asks[2])


def test_code_may_refuse_a_valid_answer_too(root: Path):
    def four_claims(answer: BaseModel | None) -> Check:
        assert isinstance(answer, Review)
        return Check(ok=answer.verdict == "rework", feedback="look again")

    model = ScriptedModel(
        [
            say('{"verdict": "approve", "summary": "x"}'),
            say('{"verdict": "rework", "summary": "x"}'),
        ]
    )

    outcome = run(model, root, environment=None, output=Review, verify=four_claims)

    assert outcome.status == "done"
    assert last(model.asks[1]) == "look again"


def test_pictures_go_with_the_task(root: Path):
    model = ScriptedModel([say('{"summary": "A red square."}')])

    run(model, root, environment=None, verify=None, images=(b"\x89PNG-1", b"\x89PNG-2"))

    content: list[Mapping[str, Any]] = model.asks[0].messages[1]["content"]
    assert content[0] == {"type": "text", "text": "Make add add."}
    assert [part["image_url"]["url"][:22] for part in content[1:]] == ["data:image/png;base64,"] * 2


def test_the_session_is_named_in_every_request_with_its_turn(root: Path):
    model = ScriptedModel([call(FIX), call(SUBMIT)])

    run(model, root, session={"role": "polecat", "bead": "sk-1"})

    assert [ask.session for ask in model.asks] == [
        {"role": "polecat", "bead": "sk-1", "turn": "0"},
        {"role": "polecat", "bead": "sk-1", "turn": "1"},
    ]


def test_the_transcript_tells_the_whole_story(root: Path, tmp_path: Path):
    path = tmp_path / "session.jsonl"

    run(ScriptedModel([call(FIX), call(SUBMIT)]), root, transcript=path)

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    story = "start request answer usage tool observation request answer usage check stop"
    assert [line["event"] for line in lines] == story.split()
    assert lines[-1]["status"] == "done"


@pytest.mark.parametrize("known", ["to the town", "as the model's key"])
def test_a_secret_in_the_worktree_reaches_neither_the_model_nor_the_transcript(
    root: Path, tmp_path: Path, known: str
):
    key = "sk-very-secret"
    (root / "calc.py").write_text(f"KEY = '{key}'  # a + b\n")
    mine = (key,) if known == "as the model's key" else ()
    model = ScriptedModel([call(("read_file", {"path": "calc.py"})), call(SUBMIT)], secrets=mine)
    job = Job(
        role="polecat",
        system="",
        task=f"x {key}",
        limits=Limits(),
        environment=WorktreeTools(root),
        transcript=tmp_path / "session.jsonl",
    )

    outcome = NativeRuntime(model, secrets=[] if mine else [key]).run(job)

    assert outcome.status == "done"
    assert last(model.asks[1]) == "KEY = '[secret]'  # a + b\n"
    assert key not in str([ask.messages for ask in model.asks])
    assert key not in (tmp_path / "session.jsonl").read_text()


HALF = "\ud800"
HALVES = [
    call(("write_file", json.dumps({"path": "new.py", "content": HALF}))),
    call(("read_file", {"path": HALF})),
    call(("edit_file", {"path": "calc.py", "search": HALF, "replace": "b"})),
    call(("search", {"pattern": HALF})),
]


@pytest.mark.parametrize("answer", HALVES)
def test_half_a_character_in_an_answer_breaks_nothing(
    root: Path, tmp_path: Path, answer: Completion
):
    submit = call(FIX, ("submit", {"summary": f"half {HALF}"}))

    outcome = run(ScriptedModel([answer, submit]), root, transcript=tmp_path / "s.jsonl")

    assert outcome.answer == Submission(summary="half \ufffd")


class Lenient(ScriptedModel):
    """Takes any history that can be sent at all."""

    def _check_history(self, messages: Sequence[Message]) -> None:
        json.dumps(messages, ensure_ascii=False).encode()


def test_half_a_character_in_what_the_model_says_is_replaced_before_it_is_sent_again(
    root: Path, tmp_path: Path
):
    model = Lenient([say(f"hm {HALF}"), call(FIX, SUBMIT)])

    outcome = run(model, root, transcript=tmp_path / "s.jsonl")

    assert outcome.status == "done"
    assert model.asks[1].messages[2]["content"] == "hm \ufffd"


def test_a_file_whose_name_is_no_text_does_not_break_the_session(root: Path, tmp_path: Path):
    (root / os.fsdecode(b"\xff.py")).touch()
    model = ScriptedModel([call(("list_files", {})), call(FIX, SUBMIT)])

    outcome = run(model, root, transcript=tmp_path / "s.jsonl")

    assert outcome.status == "done"
    assert "\ufffd.py" in last(model.asks[1])
