"""Tariff: what one model's requests cost, at most and in fact, in dollars and in electricity."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from gastown.agents.context import IMAGE_TOKENS
from gastown.agents.protocols import Ask, Limits, Message
from gastown.money.entry import Spent
from gastown.money.pricebook import Price
from gastown.money.prices import FREE, Prices, cost
from gastown.stage import Usage

KWH_J = 3_600_000
MESSAGE_TOKENS = 16  # what a chat template writes around a message
REQUEST_TOKENS = 1_024  # what a provider writes before tools and schemas
IMAGE_MAX = 2  # times IMAGE_TOKENS: endpoints that count a picture by tiles


@dataclass(frozen=True, slots=True)
class Tariff:
    """Without a price a request costs no dollars; unless it is `free`, nobody knows its price.

    `watts` are drawn here while the model answers; a kWh costs `kwh_micro_usd`.
    """

    price: Price | None = None
    free: bool = True
    watts: float = 0.0
    kwh_micro_usd: int = 0

    @property
    def id(self) -> str:
        """The price row's id; empty without one."""
        return self.price.id if self.price else ""

    def at_most(self, ask: Ask) -> int:
        """Micro-dollars that a request cannot exceed: every byte a token, nothing cached."""
        return self._cost(max_tokens(ask), ask.max_tokens)

    def request_at_most(self, sent: int, answer: int) -> int:
        """The same of a request that is only known as so many bytes; `answer` is in tokens."""
        return self._cost(sent + REQUEST_TOKENS, answer) if answer else 0

    def _cost(self, read: int, written: int) -> int:
        if self.price is None:
            return 0
        return cost(Usage(input_tokens=read, output_tokens=written), self.price.prices)

    def session_at_most(self, limits: Limits, context: int) -> int:
        """Micro-dollars that a session cannot exceed: its tokens, all at the dearer price.

        A session may outrun its tokens by one request, which its `context` holds.
        """
        if self.price is None:
            return 0
        prices = self.price.prices
        dearer = Prices(max(prices.input, prices.output), FREE)
        return cost(Usage(input_tokens=limits.tokens + context), dearer)

    def priced(self, usage: Usage) -> Usage:
        """The same usage with its money, or with the mark that its price is unknown."""
        if self.price is None:
            unknown = 0 if self.free else usage.requests
            return usage.model_copy(update={"micro_usd": 0, "unpriced": unknown})
        return usage.model_copy(update={"micro_usd": cost(usage, self.price.prices)})

    def spent(self, usage: Usage, seconds: float) -> Spent:
        """What a request took, electricity included."""
        joules = round(self.watts * seconds)
        power = math.ceil(Fraction(joules * self.kwh_micro_usd, KWH_J))
        return Spent(self.priced(usage), joules, power, round(seconds * 1000))


def max_tokens(ask: Ask) -> int:
    """Tokens that the input cannot exceed: no tokenizer makes more tokens than there are bytes."""
    fixed = json.dumps([ask.tools, ask.schema], ensure_ascii=False, default=dict)
    return len(fixed.encode()) + REQUEST_TOKENS + sum(map(_message_tokens, ask.messages))


def _message_tokens(message: Message) -> int:
    content = message.get("content") or ""
    fields = {key: value for key, value in message.items() if key != "content"}
    return MESSAGE_TOKENS + _bytes(fields) + _content_tokens(content)


def _content_tokens(content: Any) -> int:
    if isinstance(content, str):
        return _bytes(content)
    parts = cast("list[Mapping[str, Any]]", content)
    return sum(
        _bytes(part["text"]) if part["type"] == "text" else IMAGE_TOKENS * IMAGE_MAX
        for part in parts
    )


def _bytes(value: object) -> int:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return len(text.encode(errors="replace"))
