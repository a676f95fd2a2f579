"""Native tool calls, for models that were trained on them."""

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
from gastown.agents.protocols import Completion, Environment, Job, Message, ToolCall
from gastown.agents.schemas import function_of

MANNER = (
    "Work with the tools. When the work is done and checked, call `submit`; nothing that you say "
    "in words ends the session."
)
CLOSING = "Nothing was submitted. Call a tool, or `submit` if the work is done; words do not count."


class ToolsDialect:
    """Tools as the endpoint offers them, and `submit` with the schema of the answer."""

    def __init__(self, job: Job, environment: Environment, note: str) -> None:
        self._job = job
        submit = function_of(SUBMIT, "Hand in the finished work.", output_of(job))
        self.tools: tuple[Mapping[str, Any], ...] = (*environment.schemas(), submit)
        self.schema: Mapping[str, Any] | None = None
        self.salvaged = 0
        self.messages: list[Message] = opening(job, MANNER, note)
        self._names = {tool["function"]["name"] for tool in self.tools}

    def read(self, completion: Completion) -> tuple[Move, ...]:
        """The calls in their order; a printed call counts as one."""
        if completion.calls:
            return tuple(self._called(call) for call in completion.calls)
        printed = find_call(spoken(completion.text))
        if printed is None or printed[0] not in self._names:
            return (Wrong(None, CLOSING),)
        self.salvaged += 1
        return (self._move(None, *printed),)

    def record(self, completion: Completion | None, results: Sequence[Result]) -> None:
        """Each call gets its result; what answers no call is said by the user."""
        if completion is not None:
            self.messages.append(echo(completion))
        for move, seen in results:
            if move.call is None or completion is None:
                tell(self.messages, seen.text)
            else:
                result = {"role": "tool", "tool_call_id": move.call, "content": seen.text}
                self.messages.append(result)

    def _called(self, call: ToolCall) -> Move:
        bare = call.arguments.strip()
        arguments = find_json(bare) if bare.startswith("{") else None
        if arguments is None and bare:
            return Wrong(call.id, f"The arguments of {call.name} are not a JSON object; try again.")
        return self._move(call.id, call.name, arguments or {})

    def _move(self, call: str | None, name: str, arguments: dict[str, Any]) -> Move:
        if name == SUBMIT:
            return submitted(self._job, call, arguments)
        return Act(call, name, arguments)
