"""Manners: what a session's transcript tells of how a model behaved: speed, answers of no use."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Manners(NamedTuple):
    """Seconds are those between a request and its answer, not those of tools."""

    answering_s: float
    bad_answers: int


def manners_of(transcript: Path) -> Manners:
    """Read a transcript; one that is missing or cut short tells less."""
    return read(_events(transcript))


def read(events: Iterable[Mapping[str, Any]]) -> Manners:
    """The decision behind `manners_of`."""
    asked: float | None = None
    answering, bad = 0.0, 0
    for event in events:
        match event.get("event"):
            case "request":
                asked = float(event["at"])
            case "answer" if asked is not None:
                answering, asked = answering + float(event["at"]) - asked, None
            case "observation" if event.get("fault") == "malformed":
                bad += 1
            case _:
                pass
    return Manners(answering, bad)


def _events(transcript: Path) -> Iterator[Mapping[str, Any]]:
    if not transcript.is_file():
        return
    for line in transcript.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            return
