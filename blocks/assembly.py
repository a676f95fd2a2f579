"""Assembly: the pieces of a streamed answer put together to the message the endpoint wants back.

Fields nobody here knows are kept (signatures, reasoning): some endpoints refuse a history without
them.
"""

import json
from collections.abc import Mapping
from typing import Any, cast

from gastown.agents.protocols import ToolCall

WHOLE = frozenset({"role", "id", "type", "name", "format", "index"})
"""Texts that are sent whole, and by some servers again in every piece."""


class Assembly:
    """One answer as far as it has come. Pieces are trusted in nothing: any shape may turn up."""

    def __init__(self) -> None:
        self.message: dict[str, Any] = {}
        self.finish = ""
        self.usage: Mapping[str, Any] | None = None
        self.choices = 0

    def feed(self, piece: Mapping[str, Any]) -> str:
        """Take a chunk of a stream, or a whole completion; returns the text that it added."""
        usage = piece.get("usage")
        if isinstance(usage, Mapping):
            self.usage = cast("Mapping[str, Any]", usage)
        added = ""
        for choice in _mappings(piece.get("choices")):
            if choice.get("index", 0) == 0:
                added += self._choice(choice)
        return added

    def _choice(self, choice: Mapping[str, Any]) -> str:
        self.choices += 1
        self.finish = str(choice.get("finish_reason") or self.finish)
        delta = choice.get("delta", choice.get("message"))
        if not isinstance(delta, Mapping):
            return ""
        known = cast("Mapping[str, Any]", delta)
        _merge(self.message, known)
        content = known.get("content")
        return content if isinstance(content, str) else ""

    @property
    def text(self) -> str:
        """What was said in words."""
        content = self.message.get("content")
        return content if isinstance(content, str) else ""

    def finished(self) -> dict[str, Any]:
        """The message to echo: without the numbers that only order the pieces of tool calls."""
        message = {**self.message}
        calls = _mappings(message.get("tool_calls"))
        if calls:
            message["tool_calls"] = [
                {key: value for key, value in call.items() if key != "index"} for call in calls
            ]
        return message

    def calls(self) -> tuple[ToolCall, ...]:
        """The tool calls; a server that sends arguments as an object is understood too."""
        return tuple(
            _call(call, function)
            for call in _mappings(self.message.get("tool_calls"))
            for function in _mappings([call.get("function")])
        )


def _call(call: Mapping[str, Any], function: Mapping[str, Any]) -> ToolCall:
    asked = function.get("arguments") or ""
    arguments = asked if isinstance(asked, str) else json.dumps(asked)
    return ToolCall(str(call.get("id") or ""), str(function.get("name") or ""), arguments)


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return [cast("Mapping[str, Any]", item) for item in items if isinstance(item, Mapping)]


def _merge(into: dict[str, Any], delta: Mapping[str, Any]) -> None:
    for key, value in delta.items():
        before = into.get(key)
        if value is None or (value == "" and key in WHOLE):
            into.setdefault(key, value)
        elif isinstance(value, str) and isinstance(before, str) and key not in WHOLE:
            into[key] = before + value
        elif isinstance(value, Mapping):
            inner = cast("dict[str, Any]", before) if isinstance(before, dict) else {}
            into[key] = inner
            _merge(inner, cast("Mapping[str, Any]", value))
        elif isinstance(value, list):
            into[key] = _extended(before, cast("list[Any]", value))
        else:
            into[key] = value


def _extended(before: Any, more: list[Any]) -> list[Any]:
    """A list grown by pieces: those of the same index belong together, all others are new."""
    items = cast("list[Any]", before) if isinstance(before, list) else []
    for piece in more:
        target = _same(items, piece)
        if target is None:
            fresh: dict[str, Any] = {}
            items.append(fresh if isinstance(piece, Mapping) else piece)
            target = fresh
        if isinstance(piece, Mapping):
            _merge(target, cast("Mapping[str, Any]", piece))
    return items


def _same(items: list[Any], piece: Any) -> dict[str, Any] | None:
    """The item that `piece` continues; some servers number parallel calls alike, so ids count."""
    if not isinstance(piece, Mapping) or "index" not in piece:
        return None
    known = cast("Mapping[str, Any]", piece)
    ident = known.get("id")
    for item in reversed(items):
        if isinstance(item, dict):
            one = cast("dict[str, Any]", item)
            if one.get("index") == known["index"]:
                return one if not ident or ident == one.get("id") else None
    return None
