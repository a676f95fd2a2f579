"""Ending: how a session ended, read from its transcript; also one that was killed at any byte."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from gastown.agents.brief import clip
from gastown.agents.prose import one_line
from gastown.beads.files import write_whole
from gastown.stage import Frozen

ELSEWHERE = "elsewhere.json"
CUT_OFF = "cut off"
"""Status of a session that ended without a word: its process died."""
MOST_DONE, FEEDBACK_CHARS, _LINE = 12, 2_000, 120


class Ending(Frozen):
    """How far a session came. `did` are its last actions, `feedback` what code last said to it."""

    status: str
    reason: str = ""
    turns: int = 0
    did: tuple[str, ...] = ()
    feedback: str = ""

    @property
    def text(self) -> str:
        """For the next session."""
        of = f" ({self.reason})" if self.reason else ""
        said = [f"It ended after {self.turns} turns: {self.status}{of}."]
        if self.did:
            said += ["Its last actions:", *self.did]
        if self.feedback:
            said += ["What code said of its last submission:", self.feedback]
        return "\n".join(said)


def ending_of(transcript: Path) -> Ending:
    """How the session of a transcript ended; a line that was cut in two is passed over."""
    turns, did, feedback = 0, list[str](), ""
    status, reason = CUT_OFF, ""
    for event in _events(transcript):
        match event.get("event"):
            case "answer":
                turns += 1
            case "tool":
                did.append(_action(event))
            case "check":
                feedback = "" if event.get("ok") else str(event.get("feedback", ""))
            case "stop":
                status, reason = str(event.get("status")), str(event.get("reason", ""))
            case _:
                pass
    return Ending(
        status=status,
        reason=one_line(reason, _LINE * 4),
        turns=turns,
        did=tuple(did[-MOST_DONE:]),
        feedback=clip(feedback, FEEDBACK_CHARS),
    )


def bring(folder: Path, ending: Ending) -> None:
    """Keep with an attempt how its last session ended on another machine, cut to its size."""
    kept = ending.model_copy(
        update={
            "status": one_line(ending.status, _LINE),
            "reason": one_line(ending.reason, _LINE * 4),
            "did": tuple(one_line(line, _LINE) for line in ending.did[-MOST_DONE:]),
            "feedback": clip(ending.feedback, FEEDBACK_CHARS),
        }
    )
    write_whole(folder / ELSEWHERE, kept.model_dump_json() + "\n")


def brought(sessions: Path, *, before: int, after: int = -1) -> Ending | None:
    """How a step's last session ended elsewhere, of the attempts after one and before another."""
    found = {
        int(file.parent.name): file
        for file in sessions.glob(f"*/{ELSEWHERE}")
        if file.parent.name.isdecimal() and after < int(file.parent.name) < before
    }
    if not found:
        return None
    try:
        return Ending.model_validate_json(found[max(found)].read_bytes())
    except (OSError, ValidationError):
        return None


def latest(sessions: Path, *, before: tuple[int, int]) -> Path | None:
    """The transcript of a step's last session before attempt and session `before`.

    `sessions` is the step's folder, in which each attempt has one, named by its claim's token.
    """
    found = {
        (int(file.parent.name), int(file.stem.removeprefix("session-"))): file
        for file in sessions.glob("*/session-*.jsonl")
        if file.parent.name.isdecimal() and file.stem.removeprefix("session-").isdecimal()
    }
    earlier = [place for place in found if place < before]
    return found[max(earlier)] if earlier else None


def _events(transcript: Path) -> Iterator[Mapping[str, Any]]:
    for line in transcript.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            yield cast("dict[str, Any]", event)


def _action(event: Mapping[str, Any]) -> str:
    arguments: Any = event.get("arguments")
    said = cast("dict[str, Any]", arguments if isinstance(arguments, dict) else {})
    on = said.get("path") or said.get("pattern") or ""
    return one_line(f"- {event.get('name')} {on}".rstrip(), _LINE)
