"""Public fakes: what a test of the town, or of something built on it, stands in for the world.

They ship with the code and pass the same conformance suites as the real parts. No mocks.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from gastown.agents.protocols import Ask, Completion, EditProtocol, Message, ToolCall
from gastown.beads.memory import MemoryLedger
from gastown.errors import ModelError
from gastown.money.memory import MemorySpendLedger
from gastown.stage import Usage

__all__ = [
    "FakeCard",
    "FakeClock",
    "FakeNvml",
    "MemoryLedger",
    "MemorySpendLedger",
    "ScriptedModel",
    "call",
    "say",
]


class FakeClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, start: datetime = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        """The time now."""
        return self.now

    def advance(self, seconds: float) -> datetime:
        """Move forward and return the new time."""
        self.now += timedelta(seconds=seconds)
        return self.now


SPENT = Usage(requests=1, input_tokens=100, output_tokens=20, micro_usd=3)

ScriptedAnswer = Completion | Callable[[Ask], Completion]


def say(text: str, *, finish: str = "stop", usage: Usage = SPENT, **extra: Any) -> Completion:
    """An answer in words; `extra` are fields of the message that must come back verbatim."""
    return Completion({"content": text, **extra}, text, (), finish, usage)


def call(*calls: tuple[str, Mapping[str, Any] | str], usage: Usage = SPENT) -> Completion:
    """An answer of tool calls: name and arguments each; a text is taken as the arguments' JSON."""
    made = tuple(
        ToolCall(f"call-{at}", name, asked if isinstance(asked, str) else json.dumps(dict(asked)))
        for at, (name, asked) in enumerate(calls)
    )
    wire = [
        {
            "id": one.id,
            "type": "function",
            "function": {"name": one.name, "arguments": one.arguments},
        }
        for one in made
    ]
    return Completion({"content": None, "tool_calls": wire}, "", made, "tool_calls", usage)


class ScriptedModel:
    """A model that says what it was told to, in order; `asks` keeps what it was asked.

    As strict as the strictest endpoint: a history whose answers are not echoed verbatim, or whose
    calls have lost their results, is a ModelError.
    """

    name = "scripted"

    def __init__(
        self,
        answers: Sequence[ScriptedAnswer],
        *,
        protocol: EditProtocol = "tools",
        context: int = 16_384,
        max_output: int = 2_048,
        secrets: tuple[str, ...] = (),
    ) -> None:
        self.protocol: EditProtocol = protocol
        self.context = context
        self.max_output = max_output
        self.secrets = secrets
        self.asks: list[Ask] = []
        self._answers = list(answers)
        self._given: list[Message] = []

    def complete(self, ask: Ask, on_text: Callable[[str], None] | None = None) -> Completion:
        """The next answer. Raises ModelError when there is none, or for a bad history."""
        self._check_history(ask.messages)
        if len(self.asks) == len(self._answers):
            raise ModelError(f"{self.name}: no answer {len(self.asks) + 1}", retryable=False)
        answer = self._answers[len(self.asks)]
        self.asks.append(ask)
        said = answer(ask) if callable(answer) else answer
        self._given.append({"role": "assistant", "content": "", **said.message})
        if on_text is not None:
            on_text(said.text)
        return said

    def _check_history(self, messages: Sequence[Message]) -> None:
        given, waiting = iter(self._given), set[str]()
        for message in messages:
            if message["role"] == "tool":
                waiting.discard(message["tool_call_id"])
            elif waiting:
                raise ModelError(f"calls without a result: {sorted(waiting)}", retryable=False)
            elif message["role"] == "assistant" and message not in given:
                raise ModelError(f"not echoed verbatim: {dict(message)}", retryable=False)
            if message["role"] == "assistant":
                waiting = {one["id"] for one in message.get("tool_calls", [])}


@dataclass(slots=True)
class FakeCard:
    """A graphics card of so many MiB, of which others use some; one without memory tells none."""

    name: str = "NVIDIA GeForce RTX 3080"
    total_mib: int = 10_240
    used_mib: int = 0

    @property
    def total(self) -> int:
        """Bytes it has."""
        return self.total_mib * 2**20

    @property
    def free(self) -> int:
        """Bytes that nobody uses."""
        return (self.total_mib - self.used_mib) * 2**20


class FakeNvml:
    """Stands in for the module `pynvml`: cards, or the code with which its start fails.

    It raises the real module's errors, one for each code (12: no library, 9: no driver), and as
    that one does, it refuses every question before `nvmlInit` and after `nvmlShutdown`.
    """

    def __init__(self, *cards: FakeCard, fails: int = 0) -> None:
        self.cards = cards
        self.fails = fails
        self.open = 0
        self.NVMLError: Any = import_module("pynvml").NVMLError

    def nvmlInit(self) -> None:  # noqa: N802 - NVML's own name, as all that follow
        """Begin. Raises the error of the code that it was given."""
        if self.fails:
            raise self.NVMLError(self.fails)
        self.open += 1

    def nvmlShutdown(self) -> None:  # noqa: N802
        """End what one `nvmlInit` began."""
        self._check_open()
        self.open -= 1

    def nvmlDeviceGetCount(self) -> int:  # noqa: N802
        """How many cards there are."""
        self._check_open()
        return len(self.cards)

    def nvmlDeviceGetHandleByIndex(self, index: int, /) -> FakeCard:  # noqa: N802
        """A card is its own handle."""
        self._check_open()
        return self.cards[index]

    def nvmlDeviceGetName(self, handle: FakeCard, /) -> str:  # noqa: N802
        """What the card is called."""
        self._check_open()
        return handle.name

    def nvmlDeviceGetMemoryInfo(self, handle: FakeCard, /) -> FakeCard:  # noqa: N802
        """The card's memory. Raises NVMLError 3, not supported, for a card that has none."""
        self._check_open()
        if not handle.total_mib:
            raise self.NVMLError(3)
        return handle

    def _check_open(self) -> None:
        if not self.open:
            raise self.NVMLError(1)
