"""A saved provider block lends its key; a missing one says how to make it."""

import pytest
from pydantic import SecretStr

from blocks.provider import ModelProvider, model_of
from gastown.agents.protocols import Ask
from gastown.errors import NotFoundError
from gastown.town.tables.models import ModelTable
from tests.blocks.wire import HELLO, wire

pytestmark = pytest.mark.engine


def test_a_saved_key_is_used():
    ModelProvider(api_key=SecretStr("sk-saved")).save("moonshot")
    with wire(HELLO) as server:
        model = model_of("kimi", ModelTable(endpoint=server.url, key="moonshot"))
        model.complete(Ask(messages=({"role": "user", "content": "Hello?"},)))

    assert server.heads[0]["authorization"] == "Bearer sk-saved"


def test_a_missing_block_says_how_to_make_it():
    row = ModelTable(endpoint="http://127.0.0.1:9/v1", key="nowhere")

    with pytest.raises(
        NotFoundError, match=r"models\.kimi\.key: no Model Provider block 'nowhere'"
    ):
        model_of("kimi", row)
