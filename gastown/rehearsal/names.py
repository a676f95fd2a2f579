"""Names: which answer a bead's real id stands for, from a JSON file that may appear or change."""

import json
import re
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast


class Names:
    """Maps `sk-a1b` to `combo-bonus`; a name that is not in the file stands for itself."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._keys: dict[str, str] = {}
        self._lock = threading.Lock()

    def key(self, name: str) -> str:
        """The answer's key. The file is read again when its time or size has changed."""
        with self._lock:
            if self._path is not None:
                self._refresh(self._path)
            return self._keys.get(name, name)

    def _refresh(self, path: Path) -> None:
        try:
            stat = path.stat()
            if (stat.st_mtime_ns, stat.st_size) == self._seen:
                return
            loaded: Any = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return  # not there yet, or half written: what was known stays, the next request looks
        self._keys = {str(name): str(key) for name, key in dict(loaded).items()}
        self._seen = (stat.st_mtime_ns, stat.st_size)


def title_of(name: str, messages: Iterable[Mapping[str, Any]]) -> str:
    """The title a bead goes by in a request, where it stands as `# TITLE (ID)`; empty: nowhere."""
    heading = re.compile(rf"^# (.+) \({re.escape(name)}\)$", re.MULTILINE)
    found = (heading.search(text) for message in messages for text in _texts(message))
    return next((match[1] for match in found if match), "")


def _texts(message: Mapping[str, Any]) -> list[str]:
    content = message.get("content")
    if not isinstance(content, list):
        return [content] if isinstance(content, str) else []
    parts = cast("list[Any]", content)
    return [str(cast("dict[str, Any]", one).get("text")) for one in parts if isinstance(one, dict)]
