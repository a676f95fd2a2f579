"""Prompter: turns a request into the line to say. Knows script, names and faults, but no socket."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gastown.errors import RehearsalError
from gastown.rehearsal.echo import seal, turn_of
from gastown.rehearsal.faults import Fault, FaultPlan
from gastown.rehearsal.images import digests
from gastown.rehearsal.names import Names, title_of
from gastown.rehearsal.script import Script
from gastown.rehearsal.tokens import prompt_text, shared_prefix, tokens
from gastown.rehearsal.turn import Cue, Turn, settle
from gastown.rehearsal.wire import (
    ChatRequest,
    TokenCount,
    broken,
    message_of,
    output_tokens,
    parse_request,
)

KEYS = (
    "X-Town-Errand",
    "X-Town-Step",
    "X-Town-Bead",
    "X-Town-Assembly",
    "X-Town-Rig",
    "X-Town-Convoy",
)
"""Headers that may name the key; the first that is there does."""


@dataclass(frozen=True, slots=True)
class Line:
    """What to say to one request, and the fault that spoils it, if any."""

    request: ChatRequest
    cue: Cue
    message: Mapping[str, Any]
    count: TokenCount
    fault: Fault | None

    @property
    def ident(self) -> str:
        """The completion's id; the same on every replay."""
        return f"rehearsal-{self.cue.role}-{self.cue.key}-{self.cue.round}-{self.cue.turn}"


class Prompter:
    """Safe to ask from many threads."""

    def __init__(self, script: Script, names: Names, faults: FaultPlan) -> None:
        self._script = script
        self._names = names
        self._faults = faults
        self._earlier: dict[Cue, str] = {}
        self._lock = threading.Lock()

    def prompt(self, headers: Mapping[str, str], body: bytes) -> Line:
        """The line for a request.

        Raises:
            RehearsalError: 400 for a bad request or a history that was not echoed verbatim, 404
                where the script has no answer.
        """
        asked = self._asked(headers)
        request = parse_request(body)
        session = replace(asked, key=self._key(asked.key, request))
        cue = replace(session, turn=turn_of(request.messages, session))
        fault = self._faults.take(cue.role, cue.key)
        plain = message_of(self._turn(cue, request), cue)
        stray = fault is not None and fault.kind == "badargs"
        message = seal(broken(plain) if stray else plain, cue, stray=stray)
        return Line(request, cue, message, self._count(session, request, message), fault)

    def _asked(self, headers: Mapping[str, str]) -> Cue:
        """What the headers say; the key is still a bead's own id."""
        role = headers.get("X-Town-Role", "")
        name = next((headers[key] for key in KEYS if headers.get(key)), "")
        round_ = headers.get("X-Town-Round") or "1"
        if not role or not name or not round_.isdecimal():
            raise RehearsalError(
                f"a rehearsal answers by headers: X-Town-Role, one of {', '.join(KEYS)}, and a "
                f"whole X-Town-Round; got role {role!r}, key {name!r}, round {round_!r}",
                status=400,
                code="no_session_headers",
            )
        return Cue(role, name, int(round_))

    def _key(self, name: str, request: ChatRequest) -> str:
        """What an id stands for: by the file of names, else by its bead's title in the request."""
        known = self._names.key(name)
        if known != name:
            return known
        title = title_of(name, request.messages) or name
        return self._script.titles.get(title, name)

    def _turn(self, cue: Cue, request: ChatRequest) -> Turn:
        turn = self._script.turn(cue)
        if turn is None:
            raise RehearsalError(
                f"no rehearsed answer for {cue}; a bead is known by its title in titles.toml, or "
                f"by its id in --names",
                status=404,
                code="no_rehearsed_answer",
            )
        missing = {call.name for call in turn.calls} - request.tool_names
        if missing:
            raise RehearsalError(
                f"the answer for {cue} calls {', '.join(sorted(missing))}, which the request does "
                f"not offer",
                status=400,
                code="tool_not_offered",
            )
        return settle(turn, digests(request.messages) if turn.cases else [])

    def _count(self, session: Cue, request: ChatRequest, message: Mapping[str, Any]) -> TokenCount:
        text = prompt_text(request.messages, request.tools)
        with self._lock:
            earlier = self._earlier.get(session, "")
            self._earlier[session] = text
        return TokenCount(tokens(len(text)), shared_prefix(text, earlier), output_tokens(message))
