"""Transcript: what happened in a session, one JSON line an event, secrets struck out."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO, cast

from gastown.agents.prose import whole

STRUCK = "[secret]"
MIN_SECRET = 8  # shorter ones, as the key `ollama`, stand in ordinary text too


class Redactor:
    """Strikes known secrets out of any JSON value, the longest first."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {secret for secret in secrets if len(secret) >= MIN_SECRET}
        self._secrets = sorted(known, key=len, reverse=True)

    def __call__(self, value: Any) -> Any:
        """The value with every secret in every text replaced."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            items = cast("Mapping[Any, Any]", value).items()
            return {self._text(str(key)): self(inner) for key, inner in items}
        if isinstance(value, list | tuple):
            return [self(inner) for inner in cast("list[Any]", value)]
        return value

    def _text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, STRUCK)
        return text


class Transcript:
    """A context manager; without a path it notes nothing. Times are seconds since it was opened."""

    def __init__(
        self, path: Path | None, clock: Callable[[], float], redact: Redactor | None = None
    ) -> None:
        self._path = path
        self._clock = clock
        self._start = clock()
        self._redact = redact or Redactor()
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            self._file = os.fdopen(handle, "a", encoding="utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def note(self, event: str, **facts: Any) -> None:
        """Append one line and let it out at once, so that a killed session leaves its story."""
        if self._file is None:
            return
        line = {"event": event, "at": round(self._clock() - self._start, 3), **facts}
        text = json.dumps(self._redact(line), ensure_ascii=False, default=str)
        self._file.write(whole(text) + "\n")
        self._file.flush()
