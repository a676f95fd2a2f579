"""local_model: a model of this machine as an agent asks it: its prompt counted before it is sent.

Beneath it is the client of every endpoint, so it is streamed (llama.cpp notices at once when who
asked is gone) and retried there. A server that died is up again at the same address within that;
one whose keeper died too is started anew, and asked once more.
"""

import re
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from blocks.llama import Llama
from blocks.local_runner import Endpoint, anew, serving
from blocks.patient import Each, plain
from blocks.provider import open_model
from gastown.agents.protocols import Ask, Completion, EditProtocol, Model
from gastown.errors import ModelError, PromptTooLongError, RunnerError
from gastown.runner.record import Served
from gastown.town.config import TownConfig
from gastown.town.layout import TownLayout

LEAST_ANSWER = 256  # tokens; with less room, an answer is cut off more often than not
_COUNT_S = 20.0  # a server that works at full load counts more slowly
# llama.cpp's own words, should nobody have counted
_OVERFLOW = re.compile(r"\((\d+) tokens\) exceeds the available context size")


Open = Callable[[Endpoint], Model]
Anew = Callable[[Served], Endpoint | None]


def nowhere(_: Served) -> Endpoint | None:
    """There is no other server."""


class LocalModel:
    """A Model over one server of ours; `context` is what one of its slots holds, in tokens.

    Args:
        endpoint: The server.
        opened: Makes the client of a server.
        anew: The server to go on with where this one's keeper was killed.
    """

    def __init__(self, endpoint: Endpoint, opened: Open, anew: Anew = nowhere) -> None:
        self._open = opened
        self._anew = anew
        self._use(endpoint)
        self.name = self._model.name
        self.protocol: EditProtocol = self._model.protocol
        self.max_output = self._model.max_output

    def complete(self, ask: Ask, on_text: Callable[[str], None] | None = None) -> Completion:
        """Answer within the slot: an answer that could not end there may be that much shorter.

        Raises:
            PromptTooLongError: There is no room for it and an answer; nothing was sent.
            ModelError: No answer.
            GasTownError: Its server is gone, and another cannot be had.
        """
        began = time.monotonic()
        try:
            return self._complete(ask, on_text)
        except ModelError as error:
            another = self._anew(self._served) if error.retryable else None
            if another is None:
                raise
            self._use(another)
        spent = time.monotonic() - began
        left = None if ask.seconds is None else max(0.0, ask.seconds - spent)
        return self._complete(replace(ask, seconds=left), on_text)

    def _use(self, endpoint: Endpoint) -> None:
        self._served = endpoint.served
        self._model = self._open(endpoint)
        self._llama = Llama(endpoint.served.url, endpoint.key, patience_s=_COUNT_S)
        self.context = endpoint.served.context
        self.secrets = self._model.secrets

    def _complete(self, ask: Ask, on_text: Callable[[str], None] | None) -> Completion:
        room = self._room(ask)
        try:
            return self._model.complete(replace(ask, max_tokens=min(ask.max_tokens, room)), on_text)
        except ModelError as error:
            if told := _OVERFLOW.search(str(error)):
                raise self._too_long(int(told[1]), self.context) from error
            raise

    def _room(self, ask: Ask) -> int:
        """Tokens that are left for the answer."""
        fields: Mapping[str, Any] = {"tools": list(ask.tools)} if ask.tools else {}
        try:
            tokens = self._llama.count(ask.messages, **fields)
        except RunnerError:  # it is being started again: who asks will see
            return self.context
        least = min(ask.max_tokens, LEAST_ANSWER)
        if tokens + least > self.context:
            raise self._too_long(tokens, self.context - least)
        return self.context - tokens

    def _too_long(self, tokens: int, room: int) -> PromptTooLongError:
        text = (
            f"model {self.name}: the prompt has {tokens:,} tokens, and there is room for {room:,}"
        )
        return PromptTooLongError(f"{text} of the {self.context:,}", tokens=tokens, room=room)


@contextmanager
def local_model(
    layout: TownLayout, config: TownConfig, name: str, each: Each = plain
) -> Generator[LocalModel]:
    """The model of a row with a file, served as long as the block lasts. Raises as `serving`.

    `each` stands before each try.
    """
    table = config.model(name)

    def opened(endpoint: Endpoint) -> Model:
        there = table.model_copy(update={"endpoint": endpoint.served.url, "model": name})
        return open_model(name, there, endpoint.key, each=each)

    with serving(layout, config, name) as endpoint:
        yield LocalModel(endpoint, opened, lambda served: anew(layout, config, served))
