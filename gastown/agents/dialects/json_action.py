"""One JSON object per answer, held to a schema by the endpoint, for models that call no tools."""

from collections.abc import Mapping, Sequence
from typing import Any

from gastown.agents.dialects.base import (
    SUBMIT,
    Act,
    Move,
    Result,
    Wrong,
    echo,
    find_call,
    find_json,
    opening,
    output_of,
    spoken,
    submitted,
    tell,
)
from gastown.agents.protocols import Completion, Environment, Job, Message
from gastown.agents.schemas import function_of

MANNER = """Answer with one JSON object and nothing else: the next action. The actions are:
{actions}
You see the result, then answer with the next one. When the work is done and checked: `submit`."""


class JsonDialect:
    """A union of the tools' schemas, told apart by `action`."""

    def __init__(self, job: Job, environment: Environment, note: str) -> None:
        self._job = job
        submit = function_of(SUBMIT, "Hand in the finished work.", output_of(job))
        actions = [tool["function"] for tool in (*environment.schemas(), submit)]
        self._names = [action["name"] for action in actions]
        self.tools = ()
        self.schema: Mapping[str, Any] | None = {"anyOf": [_shape(one) for one in actions]}
        self.salvaged = 0
        manner = MANNER.format(actions="\n".join(map(_line, actions)))
        self.messages: list[Message] = opening(job, manner, note)

    def read(self, completion: Completion) -> tuple[Move, ...]:
        """The one action."""
        said = spoken(completion.text)
        found = find_json(said)
        printed = find_call(said)
        if found is not None and "action" not in found and printed is not None:
            self.salvaged += 1
            found = {"action": printed[0], **printed[1]}
        action = found.pop("action", None) if found else None
        if found is None or action not in self._names:
            return (Wrong(None, f'Answer with {{"action": …}}, one of {", ".join(self._names)}.'),)
        if action == SUBMIT:
            return (submitted(self._job, None, found),)
        return (Act(None, str(action), found),)

    def record(self, completion: Completion | None, results: Sequence[Result]) -> None:
        """What was seen, as the next message."""
        if completion is not None:
            self.messages.append(echo(completion))
        for _, seen in results:
            tell(self.messages, seen.text)


def _shape(action: Mapping[str, Any]) -> dict[str, Any]:
    parameters = action["parameters"]
    return {
        "type": "object",
        "properties": {"action": {"enum": [action["name"]]}, **parameters.get("properties", {})},
        "required": ["action", *parameters.get("required", [])],
        "additionalProperties": False,
    }


def _line(action: Mapping[str, Any]) -> str:
    """An action as the model reads it: the schema itself is seen only by the endpoint."""
    required = action["parameters"].get("required", [])
    keys = [f'"action": "{action["name"]}"']
    for name, field in action["parameters"].get("properties", {}).items():
        kinds = [one.get("type", "…") for one in field.get("anyOf", [field])]
        keys.append(f'"{name}": {" or ".join(kinds)}{"" if name in required else " (optional)"}')
    return f"- {{{', '.join(keys)}}}: {action['description']}"
