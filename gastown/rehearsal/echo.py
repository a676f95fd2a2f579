"""Echo: the seal on every message, and the refusal of histories that were not echoed verbatim.

Some providers hide a signature in an assistant message and answer 400 unless it comes back byte
for byte. A rehearsal does the same for all: `reasoning_content` seals content and tool calls. The
seal carries no state, so a restarted server accepts its predecessor's messages.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from gastown.errors import RehearsalError
from gastown.rehearsal.turn import Cue

SEAL = "reasoning_content"
STRAY = "stray"  # a message of a fault: it must be echoed like any other, but is no turn


def seal(message: Mapping[str, Any], cue: Cue, *, stray: bool = False) -> dict[str, Any]:
    """The message with its seal; `stray` marks one that does not count as a turn."""
    label = _label(cue, STRAY if stray else str(cue.turn))
    return {**message, SEAL: f"{label} {_digest(label, message)}"}


def turn_of(messages: Iterable[Mapping[str, Any]], cue: Cue) -> int:
    """How many turns of this session the history holds; `cue.turn` is not looked at.

    Raises:
        RehearsalError: 400, naming the first message that did not come back as it was sent.
    """
    turn = 0
    for place, message in enumerate(messages):
        if message.get("role") == "assistant":
            turn += _count(message, place, replace(cue, turn=turn))
    return turn


def _count(message: Mapping[str, Any], place: int, cue: Cue) -> int:
    said = str(message.get(SEAL) or "")
    label = said.rpartition(" ")[0]
    if said != f"{label} {_digest(label, message)}":
        raise _refusal(place, f"differs from what was sent, or lost its {SEAL}: echo it verbatim")
    if label == _label(cue, STRAY):
        return 0
    if label != _label(cue, str(cue.turn)):
        raise _refusal(place, f"was said elsewhere ({label}), here {_label(cue, str(cue.turn))}")
    return 1


def _label(cue: Cue, turn: str) -> str:
    return f"{cue.role}/{cue.key}/{cue.round}/{turn}"


def _digest(label: str, message: Mapping[str, Any]) -> str:
    """Over every field but the seal; a null, an empty text and an absent field are the same."""
    fields = {k: v for k, v in message.items() if k != SEAL and v not in (None, "")}
    text = json.dumps([label, fields], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _refusal(place: int, reason: str) -> RehearsalError:
    return RehearsalError(f"messages[{place}] {reason}", status=400, code="history_not_verbatim")
