"""A shadow is asked beside, once a session; its answer is kept and its failure hurts nobody."""

import json

from blocks.shadow import FILE, SCHEMA, shadowed
from gastown.agents.protocols import Ask
from gastown.testing import ScriptedModel, say

WORK = Ask(
    messages=(
        {"role": "system", "content": "You are the polecat."},
        {"role": "user", "content": "Snap beats to a grid. " * 200},
    ),
    session={"role": "polecat"},
)


def kept(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_the_answer_that_counts_is_the_models_own(tmp_path):
    model = ScriptedModel([say("done"), say("and done")])
    shadow = ScriptedModel([say('{"kind": "fix", "summary": "beats"}')])
    with shadowed(model, shadow, tmp_path / FILE) as both:
        assert both.complete(WORK).text == "done"
        assert both.complete(WORK).text == "and done"

    (line,) = kept(tmp_path / FILE)
    assert line["answer"] == {"kind": "fix", "summary": "beats"}
    assert (line["model"], line["role"]) == ("scripted", "polecat")
    (asked,) = shadow.asks
    assert asked.schema == SCHEMA
    assert len(asked.messages[1]["content"]) < 400


def test_a_shadow_that_fails_or_says_nonsense_is_a_line_of_its_record(tmp_path):
    for answers, key in (([], "error"), ([say("I think")], "answer")):
        model = ScriptedModel([say("done")])
        with shadowed(model, ScriptedModel(answers), tmp_path / FILE) as both:
            assert both.complete(WORK).text == "done"
        assert key in kept(tmp_path / FILE)[-1]

    assert kept(tmp_path / FILE)[-1]["answer"] == {"unparsed": "I think"}
