"""The scripted model is as strict as the strictest endpoint."""

import pytest

from gastown.agents.protocols import Ask, Message, Model
from gastown.errors import ModelError
from gastown.testing import ScriptedModel, call, say

START: Message = {"role": "user", "content": "Go."}


def ask(*messages: Message) -> Ask:
    return Ask(messages=(START, *messages))


def test_it_is_a_model_that_answers_in_order_and_remembers_what_it_was_asked():
    heard: list[str] = []
    model = ScriptedModel([say("one"), lambda seen: say(f"{len(seen.messages)} messages")])
    a_model: Model = model

    assert a_model.complete(ask(), heard.append).text == "one"
    assert a_model.complete(ask(), heard.append).text == "1 messages"
    assert heard == ["one", "1 messages"]
    assert model.asks == [ask(), ask()]


def test_without_an_answer_left_it_fails():
    with pytest.raises(ModelError, match="no answer 1"):
        ScriptedModel([]).complete(ask())


def test_an_answer_that_is_not_echoed_verbatim_is_refused():
    model = ScriptedModel([say("one", signature="abc"), say("two")])
    model.complete(ask())

    with pytest.raises(ModelError, match="verbatim"):
        model.complete(ask({"role": "assistant", "content": "one"}))


def test_a_call_without_its_result_is_refused():
    model = ScriptedModel([call(("f", {})), say("two")])
    said: Message = {"role": "assistant", "content": "", **model.complete(ask()).message}

    with pytest.raises(ModelError, match="without a result"):
        model.complete(ask(said, START))

    result: Message = {"role": "tool", "tool_call_id": "call-0", "content": "ok"}
    assert model.complete(ask(said, result)).text == "two"
