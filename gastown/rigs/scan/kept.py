"""kept: what a session leaves on the disk, without the secrets of the files that it read.

A long secret is struck wherever it stands, a short one in the line that shows that it is one. What
a model wrote as JSON within JSON is read as that.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from gastown.rigs.scan.child import ScannerError
from gastown.rigs.scan.finding import Hit
from gastown.rigs.scan.leaks import hits_in, rule_hits_in
from gastown.rigs.scan.redact import lasting, redact

_FRAME = frozenset({"event", "role", "model", "protocol", "finish", "fault", "status", "name"})
"""Keys of an event whose values are words of ours."""
Look = Callable[[str], Sequence[Hit]]
_UNMASKED = "struck by our own rules alone"


def strike(files: Iterable[Path], look: Look = hits_in) -> None:
    """Rewrite transcripts (`.jsonl`) and logs in which a secret is found, each whole or not at all.

    Where `look` cannot, our own rules alone are applied, and the transcript ends with a line that
    says so. Raises OSError.
    """
    there = {path: _read(path) for path in files if path.is_file()}
    lines: list[str] = []

    def gather(text: str) -> str:
        lines.extend(text.split("\n"))
        return text

    for events in there.values():
        for event in events:
            _walk(event, gather)
    clean, why = _struck(lines, look)
    rest = iter(clean)

    def put(text: str) -> str:
        return "\n".join(next(rest) for _ in range(text.count("\n") + 1))

    for path, events in there.items():
        done = [_walk(event, put) for event in events]
        note = [{"event": _UNMASKED, "why": why}] if why and path.suffix == ".jsonl" else []
        if done != events or note:
            _write(path, [*done, *note])


def _struck(lines: list[str], look: Look) -> tuple[list[str], str]:
    """The lines without secrets, and why the scanner did not run, if so."""
    text, why = "\n".join(lines), ""
    try:
        hits = look(text)
    except (ScannerError, OSError, ValueError) as error:
        hits, why = rule_hits_in(text), str(error)
    mine: dict[int, set[str]] = {}
    for hit in hits:
        mine.setdefault(hit.line, set()).update(hit.secrets)
    known = lasting({secret for found in mine.values() for secret in found})
    done = [
        redact(line, mine[number]) if number in mine else line
        for number, line in enumerate(lines, start=1)
    ]
    return redact("\n".join(done), known).split("\n"), why  # no secret goes over a line's end


def _walk(value: Any, on_text: Callable[[str], str], key: str = "") -> Any:
    """The value with `on_text` applied to every text in it, always in the same order."""
    if isinstance(value, str):
        return value if key in _FRAME else _text(value, on_text)
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        return {name: _walk(inner, on_text, name) for name, inner in items}
    if isinstance(value, list):
        return [_walk(inner, on_text) for inner in cast("list[Any]", value)]
    return value


def _text(text: str, on_text: Callable[[str], str]) -> str:
    inner = _parsed(text) if text.startswith(("{", "[")) else None
    if not isinstance(inner, dict | list):
        return on_text(text)
    done = _walk(cast("Any", inner), on_text)
    return text if done == inner else json.dumps(done, ensure_ascii=False)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _read(path: Path) -> list[Any]:
    """A transcript's events; of one that was cut short, its last line as text; a log as text."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return list(_events(text)) if path.suffix == ".jsonl" else [text]


def _events(text: str) -> Iterator[Any]:
    for line in text.removesuffix("\n").split("\n"):  # others, as U+2028, may stand in a text
        event = _parsed(line)
        yield event if isinstance(event, dict) else line


def _write(path: Path, events: Iterable[Any]) -> None:
    draft = path.with_name(f"{path.name}.draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        for event in events:
            file.write(event if isinstance(event, str) else json.dumps(event, ensure_ascii=False))
            file.write("\n" if path.suffix == ".jsonl" else "")
    draft.replace(path)
