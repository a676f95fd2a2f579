"""shadow: a second model asked beside the one that decides; what it says is kept, no more.

So a person sees what a model of his own would make of the town's work before he trusts it, and the
demo shows real inference on a model that nobody could trust. It is asked once a session, in short,
for JSON of a fixed shape; a shadow that fails is a line in its record, never a failed stage.
"""

import json
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from gastown.agents.protocols import Ask, Completion, EditProtocol, Model
from gastown.errors import GasTownError

FILE = "shadow.jsonl"
SCHEMA = {
    "type": "object",
    "properties": {
        "kind": {"enum": ["feature", "fix", "test", "docs", "review"]},
        "summary": {"type": "string", "maxLength": 48},
    },
    "required": ["kind", "summary"],
    "additionalProperties": False,
}
_SYSTEM = "You sort work. Say which kind this is, and sum it up in one short sentence."
_CHARS = 300  # of the task; a small model on one core reads this in less than a second
_TOKENS = 64  # more than a summary of 48 characters takes: no answer is cut off
_PATIENCE_S = 15.0  # a session is not held up for longer by what decides nothing


class Shadowed:
    """A Model that answers as `model` does, while `shadow` is asked beside it at the first turn."""

    def __init__(self, model: Model, shadow: Model, record: Path) -> None:
        self.name = model.name
        self.protocol: EditProtocol = model.protocol
        self.context = model.context
        self.max_output = model.max_output
        self.secrets = (*model.secrets, *shadow.secrets)
        self._model = model
        self._shadow = shadow
        self._record = record
        self._asked: Thread | None = None

    def complete(self, ask: Ask, on_text: Callable[[str], None] | None = None) -> Completion:
        """The answer of the model that decides."""
        if self._asked is None:
            self._asked = Thread(target=self._ask, args=(ask,), daemon=True)
            self._asked.start()
        return self._model.complete(ask, on_text)

    def wait(self) -> None:
        """Until the shadow has answered too."""
        if self._asked is not None:
            self._asked.join()

    def _ask(self, ask: Ask) -> None:
        begin = time.monotonic()
        role = ask.session.get("role", "")
        found: dict[str, Any] = {"model": self._shadow.name, "role": role}
        try:
            answer = self._shadow.complete(_question(ask, role))
            found |= {"answer": _parsed(answer.text), "finish": answer.finish}
            found |= {"usage": answer.usage.model_dump()}
        except GasTownError as error:
            found |= {"error": str(error)}
        note(self._record, found | {"seconds": round(time.monotonic() - begin, 3)})


def note(record: Path, found: Mapping[str, Any]) -> None:
    """Keep one line."""
    with record.open("a", encoding="utf-8") as file:
        file.write(json.dumps(dict(found)) + "\n")


@contextmanager
def shadowed(model: Model, shadow: Model, record: Path) -> Generator[Shadowed]:
    """The two of them; the block ends when both have answered."""
    both = Shadowed(model, shadow, record)
    try:
        yield both
    finally:
        both.wait()


def _question(ask: Ask, role: str) -> Ask:
    """The session's task in short; no pictures, no tools."""
    task = next((_text(m["content"]) for m in ask.messages if m.get("role") == "user"), "")
    return Ask(
        messages=(
            {"role": "system", "content": _SYSTEM},
            {"role": "user", "content": f"For the {role or 'agent'}:\n{task[:_CHARS]}"},
        ),
        schema=SCHEMA,
        max_tokens=_TOKENS,
        seconds=_PATIENCE_S,
        session=ask.session,
    )


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    return " ".join(str(part.get("text", "")) for part in content or ())


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {"unparsed": text}
