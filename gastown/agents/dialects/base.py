"""What every dialect shares: the moves an answer can hold, and messages in and out of it."""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

from pydantic import BaseModel, ValidationError

from gastown.agents.answers import Submission
from gastown.agents.prose import whole_json
from gastown.agents.protocols import Completion, Job, Message, Observation
from gastown.agents.schemas import problems_of

SUBMIT = "submit"


@dataclass(frozen=True, slots=True)
class Act:
    """Run a tool. `call` is the id of a native call, None where the model wrote text."""

    call: str | None
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Submit:
    """Hand the work in."""

    call: str | None
    answer: BaseModel


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that cannot be used, and what to do instead."""

    call: str | None
    reason: str


Move = Act | Submit | Wrong
Result = tuple[Move, Observation]


class Dialect(Protocol):
    """One conversation in one manner of speaking. `salvaged` counts calls that came as text."""

    messages: list[Message]
    tools: tuple[Mapping[str, Any], ...]
    schema: Mapping[str, Any] | None
    salvaged: int

    def read(self, completion: Completion) -> tuple[Move, ...]:
        """What the answer wants done, in order; never raises for what a model says."""
        ...

    def record(self, completion: Completion | None, results: Sequence[Result]) -> None:
        """Go on with the conversation; None: the answer was cut off and is not repeated."""
        ...


def opening(job: Job, manner: str, *more: str) -> list[Message]:
    """System and task. `manner` says how to answer; pictures follow the task's text."""
    system = "\n\n".join(filter(None, (job.system, manner)))
    task = "\n\n".join(filter(None, (job.task, *more)))
    content: str | list[dict[str, Any]] = task
    if job.images:
        content = [{"type": "text", "text": task}, *map(_picture, job.images)]
    return [{"role": "system", "content": system}, {"role": "user", "content": content}]


def echo(completion: Completion) -> Message:
    """The answer as history wants it: verbatim, unknown fields included."""
    return {"role": "assistant", "content": "", **completion.message}


def tell(messages: list[Message], text: str) -> None:
    """Say something as the user; two user messages in a row break some chat templates."""
    last = messages[-1]
    if last["role"] != "user":
        messages.append({"role": "user", "content": text})
    elif isinstance(last["content"], str):
        messages[-1] = {**last, "content": f"{last['content']}\n\n{text}"}
    else:
        messages[-1] = {**last, "content": [*last["content"], {"type": "text", "text": text}]}


def hand(messages: list[Message], text: str) -> None:
    """Add to what the model reads next, whoever said it: a message more would break templates."""
    last = messages[-1]
    if last["role"] == "tool" and isinstance(last["content"], str):
        messages[-1] = {**last, "content": f"{last['content']}\n\n{text}"}
    else:
        tell(messages, text)


def output_of(job: Job) -> type[BaseModel]:
    """What is handed in: the job's own answer, or a plain submission."""
    return job.output or Submission


def submitted(job: Job, call: str | None, data: Any) -> Submit | Wrong:
    """Validate what was handed in; JSON rules apply, so that lists may be tuples."""
    try:
        return Submit(call, output_of(job).model_validate_json(json.dumps(data)))
    except ValidationError as error:
        return Wrong(call, f"The submission is not valid: {problems_of(error)}. Submit again.")


def spoken(text: str) -> str:
    """The answer without thoughts that a server left in the text."""
    return re.sub(r"^\s*<think>.*?</think>", "", text, flags=re.DOTALL).strip()


def find_json(text: str) -> dict[str, Any] | None:
    """The first JSON object in a text, inside a fence or not.

    A text that begins with an object is that object or nothing: what stands inside a broken one
    was not meant.
    """
    bare = re.sub(r"^\s*(```\w*\s*)?", "", text)
    starts = [0] if bare.startswith("{") else [found.start() for found in re.finditer(r"\{", bare)]
    return next((value for start in starts if (value := _object_at(bare, start)) is not None), None)


def _object_at(text: str, start: int) -> dict[str, Any] | None:
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return whole_json(cast("dict[str, Any]", value))


def find_call(text: str) -> tuple[str, dict[str, Any]] | None:
    """A tool call that a model printed instead of making it: `{"name": …, "arguments": {…}}`."""
    found = find_json(text) or {}
    name = found.get("name")
    arguments = found.get("arguments", found.get("parameters"))
    if isinstance(arguments, str):
        arguments = find_json(arguments)
    if isinstance(name, str) and isinstance(arguments, dict):
        return name, cast("dict[str, Any]", arguments)
    return None


def _picture(png: bytes) -> dict[str, Any]:
    data = base64.b64encode(png).decode()
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}
