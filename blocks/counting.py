"""Counting: what an endpoint says that a request used, whichever of the four wires it speaks."""

import json
from collections.abc import Mapping
from typing import Any, cast

from gastown.agents.context import CHARS_PER_TOKEN
from gastown.stage import Usage

_INSIDE = ("response", "message")  # where some wires keep it, within an event
_INPUT = ("prompt_tokens", "input_tokens", "promptTokenCount")
_OUTPUT = ("completion_tokens", "output_tokens", "candidatesTokenCount")
_DETAILS = ("prompt_tokens_details", "input_tokens_details")
_BESIDE = ("cache_read_input_tokens", "cache_creation_input_tokens")
"""Anthropic's: part of the prompt that its `input_tokens` leave out; the first was cached."""


class Counter:
    """Adds up one answer, whole or in events; their counts go on, so the largest is the last."""

    def __init__(self, sent: int) -> None:
        self._sent = sent
        self._said = 0
        self._input = self._cached = self._output = 0
        self._told = False

    def feed(self, text: str) -> None:
        """Take an event's data, or a whole answer; what is no JSON is only measured."""
        self._said += len(text)
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            return
        for usage in _usages(found):
            self._told = True
            self._take(usage)

    def usage(self) -> Usage:
        """What the endpoint counted, or three characters a token where it does not count."""
        if not self._told:
            return Usage(
                requests=1,
                input_tokens=self._sent // CHARS_PER_TOKEN,
                output_tokens=self._said // CHARS_PER_TOKEN,
            )
        return Usage(
            requests=1,
            input_tokens=self._input,
            cached_tokens=self._cached,
            output_tokens=self._output,
        )

    def _take(self, usage: Mapping[str, Any]) -> None:
        beside = [_count(usage.get(name)) for name in _BESIDE]
        details = [usage.get(name) for name in _DETAILS]
        cached = [
            *(_count(_mapping(one).get("cached_tokens")) for one in details),
            _count(usage.get("cachedContentTokenCount")),
            beside[0],
        ]
        self._input = max(self._input, _largest(usage, _INPUT) + sum(beside))
        self._cached = max(self._cached, *cached)
        self._output = max(self._output, _largest(usage, _OUTPUT))


def _usages(found: Any) -> list[Mapping[str, Any]]:
    event = _mapping(found)
    places = [event, *(_mapping(event.get(name)) for name in _INSIDE)]
    told = [_mapping(place.get(key)) for place in places for key in ("usage", "usageMetadata")]
    return [usage for usage in told if usage]


def _largest(usage: Mapping[str, Any], names: tuple[str, ...]) -> int:
    return max(_count(usage.get(name)) for name in names)


def _mapping(value: Any) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else {}


def _count(value: Any) -> int:
    return value if isinstance(value, int) and value > 0 else 0
