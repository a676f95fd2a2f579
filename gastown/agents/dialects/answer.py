"""One completion held to the schema of the answer, for work that needs no hands."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gastown.agents.dialects.base import (
    Move,
    Result,
    Wrong,
    echo,
    find_json,
    opening,
    output_of,
    spoken,
    submitted,
    tell,
)
from gastown.agents.protocols import Completion, Job, Message
from gastown.agents.schemas import schema_of

MANNER = "Answer with one JSON object and nothing else. Its schema:\n{schema}"


class AnswerDialect:
    """The answer is the submission; a mistake in it goes back to the model."""

    def __init__(self, job: Job, note: str) -> None:
        self._job = job
        self.tools: tuple[Mapping[str, Any], ...] = ()
        self.schema: Mapping[str, Any] | None = schema_of(output_of(job))
        self.salvaged = 0
        manner = MANNER.format(schema=json.dumps(self.schema, ensure_ascii=False))
        self.messages: list[Message] = opening(job, manner, note)

    def read(self, completion: Completion) -> tuple[Move, ...]:
        """The answer, validated."""
        found = find_json(spoken(completion.text))
        if found is None:
            return (Wrong(None, "That is no JSON object. Answer with one, and nothing else."),)
        return (submitted(self._job, None, found),)

    def record(self, completion: Completion | None, results: Sequence[Result]) -> None:
        """What is wrong with it, as the next message."""
        if completion is not None:
            self.messages.append(echo(completion))
        for _, seen in results:
            tell(self.messages, seen.text)
