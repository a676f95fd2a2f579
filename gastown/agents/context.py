"""Context: how much fits into a model, and what is left out of a history first.

A token is counted as three characters: chars/4 underestimates code by a third, and a server that
is sent too much cuts silently.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from gastown.agents.protocols import Message, Model
from gastown.agents.stops import ContextFull

CHARS_PER_TOKEN = 3
SLACK = 0.92  # the estimate is off by up to 8 %
IMAGE_TOKENS = 1_200  # a 1024 px picture, as most endpoints count it
LOW_WATER = 0.75  # blank down to this, so that the prefix a server cached stays for some turns
BLANK = "[output dropped: too old; run the tool again if you need it]"
FIXED = 2  # system and task are never blanked


def answer_tokens(model: Model) -> int:
    """Tokens kept for the answer: at most a third of the context."""
    return _answer_tokens(model.context, model.max_output)


def input_chars(model: Model) -> int:
    """Characters of input that surely fit."""
    return room_chars(model.context, model.max_output)


def room_chars(context: int, max_output: int) -> int:
    """The same of a model of which only the figures are at hand, in tokens."""
    return max(0, int(context * SLACK) - _answer_tokens(context, max_output)) * CHARS_PER_TOKEN


def _answer_tokens(context: int, max_output: int) -> int:
    return min(max_output, context // 3)


def observation_chars(model: Model) -> int:
    """Characters of one observation: a quarter of the context, at most 12,000."""
    return min(12_000, model.context * CHARS_PER_TOKEN // 4)


def size(message: Message) -> int:
    """Characters a message takes in the context; pictures by what they cost."""
    content = message.get("content") or ""
    fields = {key: value for key, value in message.items() if key != "content"}
    return len(json.dumps(fields, ensure_ascii=False)) + _content_size(content)


def _content_size(content: Any) -> int:
    if isinstance(content, str):
        return len(content)
    return sum(
        len(part["text"]) if part["type"] == "text" else IMAGE_TOKENS * CHARS_PER_TOKEN
        for part in cast("list[Mapping[str, Any]]", content)
    )


def fit(messages: Sequence[Message], room: int) -> list[Message]:
    """The history in at most `room` characters: the oldest outputs are blanked, never removed.

    A call and its result stay together that way, and what the model said stays verbatim.

    Raises:
        ContextFull: It does not fit even so.
    """
    kept = list(messages)
    total = sum(map(size, kept))
    if total <= room:
        return kept
    for place in _blankable(kept):
        if total <= room * LOW_WATER:
            break
        blank = {**kept[place], "content": BLANK}
        total += min(0, size(blank) - size(kept[place]))
        kept[place] = blank
    if total > room:
        raise ContextFull(
            f"the request needs about {total // CHARS_PER_TOKEN} tokens, the model's context "
            f"leaves {room // CHARS_PER_TOKEN}; use a model with more context or a smaller task"
        )
    return kept


def _blankable(messages: Sequence[Message]) -> list[int]:
    """Outputs that came before the last thing the model said, oldest first."""
    said = [at for at, message in enumerate(messages) if message["role"] == "assistant"]
    last = said[-1] if said else 0
    return [at for at in range(FIXED, last) if messages[at]["role"] != "assistant"]
