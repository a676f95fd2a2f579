"""A provider lends its key to the rows of the catalogue that name it."""

import json

import pytest
from pydantic import SecretStr

from blocks.provider import ModelProvider, model_of
from gastown.agents.protocols import Ask
from gastown.town.tables.models import ModelTable
from tests.blocks.wire import HELLO, wire

ASK = Ask(messages=({"role": "user", "content": "Hello?"},))


def test_a_provider_adds_its_key_and_headers_to_a_row():
    with wire(HELLO) as server:
        provider = ModelProvider(
            base_url=server.url, api_key=SecretStr("sk-cloud"), headers={"X-Title": "town"}
        )
        provider.open("kimi", ModelTable(endpoint="http://127.0.0.1:9/v1")).complete(ASK)

    assert server.heads[0]["authorization"] == "Bearer sk-cloud"
    assert server.heads[0]["x-title"] == "town"
    assert server.bodies[0]["model"] == "kimi"


def test_a_row_without_a_key_needs_no_block():
    with wire(HELLO) as server:
        assert model_of("tiny", ModelTable(endpoint=server.url, model="qwen")).complete(ASK).text

    assert server.bodies[0]["model"] == "qwen"


def test_a_key_is_not_shown():
    provider = ModelProvider(api_key=SecretStr("sk-cloud"))

    assert "sk-cloud" not in repr(provider)
    assert "sk-cloud" not in json.dumps(provider.model_dump(mode="json"))


def test_a_session_is_told_the_key_that_it_must_not_show():
    table = ModelTable(endpoint="http://127.0.0.1:9/v1")

    assert ModelProvider(api_key=SecretStr("sk-cloud")).open("x", table).secrets == ("sk-cloud",)
    assert ModelProvider().open("x", table).secrets == ()


@pytest.mark.parametrize("name", ["_block_type_name", "_block_type_slug", "_description"])
def test_the_ui_has_a_name_for_it(name: str):
    assert getattr(ModelProvider, name)
