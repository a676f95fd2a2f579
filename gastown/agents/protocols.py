"""The three protocols of an agent: a model that answers, an environment that acts, a runtime.

Everything an agent does goes through these. A model adapter lives in `blocks` (it needs the
network); tools and the loop live here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic import BaseModel

from gastown.stage import Usage

EditProtocol = Literal["tools", "json", "text"]
Message = Mapping[str, Any]  # one chat message, kept exactly as the wire had it


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call a model asked for; `arguments` is the text it wrote, not yet validated."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Completion:
    """A model's answer. `message` must be echoed verbatim in the next request."""

    message: Message
    text: str
    calls: tuple[ToolCall, ...]
    finish: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to a model. `schema` constrains the answer to JSON of that shape.

    After `seconds` the model ends the answer where it stands, with the finish reason `time`.
    """

    messages: tuple[Message, ...]
    tools: tuple[Mapping[str, Any], ...] = ()
    schema: Mapping[str, Any] | None = None
    max_tokens: int = 2048
    seconds: float | None = None
    session: Mapping[str, str] = field(default_factory=dict[str, str])


class Model(Protocol):
    """Answers one request. Raises ModelError; retries and stall detection are its own affair.

    `context` and `max_output` are tokens: what fits in, and how much of it an answer may take.
    `secrets` are its keys: no prompt and no transcript ever shows them.
    """

    name: str
    protocol: EditProtocol
    context: int
    max_output: int
    secrets: tuple[str, ...]

    def complete(self, ask: Ask, on_text: Callable[[str], None] | None = None) -> Completion:
        """Answer, streaming pieces of text to `on_text` as they come."""
        ...


Fault = Literal["", "refused", "malformed"]


@dataclass(frozen=True, slots=True)
class Observation:
    """What a tool saw. `refused`: a rule forbids it. `malformed`: the call itself made no sense."""

    text: str
    fault: Fault = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """Files put into a prompt: their `text`, and the names of all `files` the agent may read."""

    text: str
    files: tuple[str, ...]


class Environment(Protocol):
    """The hands of an agent: named tools over one worktree."""

    def schemas(self) -> tuple[Mapping[str, Any], ...]:
        """The tools as OpenAI function schemas."""
        ...

    def execute(self, name: str, arguments: Mapping[str, Any]) -> Observation:
        """Run a tool and return what it observed; refusals are observations, not exceptions."""
        ...

    def pack(self, chars: int) -> Pack:
        """The files the work is about, most wanted first, as text of at most `chars`."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What one session may use; checked outside the model's reach, before each request.

    Time is checked before each action too. What has begun is not cut short but by its own limit: a
    session may outlast `seconds` by one action (a test run by the gauge's `timeout_s`, a search by
    ten seconds) or one judging, and overspend by the input of one request.
    `bad_answers` counts answers in a row that could not be used; a change of protocol starts anew.
    """

    turns: int = 20
    tokens: int = 200_000
    seconds: float = 900.0
    micro_usd: int = 1_000_000
    bad_answers: int = 3


@dataclass(frozen=True, slots=True)
class Check:
    """Code's own verdict on a submission; `feedback` goes back to the model when not ok."""

    ok: bool
    feedback: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])


class Mailbox(Protocol):
    """What comes for a session while it works; read at its turns, never pushed into one."""

    def news(self, chars: int) -> str:
        """What is new, as material of about `chars` characters at most; empty for nothing."""
        ...

    def answered(self) -> None:
        """The session went on after it was shown the last news."""
        ...


Relay = Callable[[int, float], str]
"""Asked before each request, with the turns so far and how many contexts of history were dropped
(infinite where the rest does not fit): why the session hands off now; empty where it goes on."""
Status = Literal["done", "gave_up", "limit", "crashed", "handed_off"]


@dataclass(frozen=True, slots=True)
class Job:
    """One session's work: who, what, where, with which hands and limits, and how it is judged.

    `output` asks for a validated final answer of that model; `verify` is run on each submission
    and alone decides whether the session is done.
    """

    role: str
    system: str
    task: str
    limits: Limits
    environment: Environment | None = None
    output: type[BaseModel] | None = None
    verify: Callable[[BaseModel | None], Check] | None = None
    transcript: Path | None = None
    session: Mapping[str, str] = field(default_factory=dict[str, str])
    images: tuple[bytes, ...] = ()
    mail: Mailbox | None = None
    relay: Relay | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a session ended: the validated answer, if any, and code's last verdict on it.

    `downgrades` counts changes to a simpler protocol, `salvaged` calls that came as plain text.
    `busy`: it crashed for want of an answer that the endpoint may give later (429, 5xx, silence).
    `note` is what an agent without turns of ours left for whoever goes on.
    """

    status: Status
    answer: BaseModel | None
    check: Check | None
    usage: Usage
    turns: int
    error: str = ""
    downgrades: int = 0
    salvaged: int = 0
    busy: bool = False
    note: str = ""


class Runtime(Protocol):
    """Runs a job to its end: our own loop, or (later) an external CLI agent."""

    def run(self, job: Job) -> Outcome:
        """Work until done, given up, or out of limits. Never raises for what a model says."""
        ...
