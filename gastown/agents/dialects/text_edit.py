"""Edits as plain text, for small models: the harness packs the files and applies the edits.

Every request stands alone: the task, the files as they are now, and the last failure only, so that
a context of 6,000 tokens is enough for as many attempts as it takes.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from gastown.agents.answers import Submission
from gastown.agents.brief import clip
from gastown.agents.context import CHARS_PER_TOKEN, input_chars, size
from gastown.agents.dialects.base import (
    Act,
    Move,
    Result,
    Submit,
    Wrong,
    find_json,
    opening,
    output_of,
    spoken,
    submitted,
)
from gastown.agents.edit_blocks import Edit, parse_blocks
from gastown.agents.prose import one_line
from gastown.agents.protocols import Completion, Environment, Job, Message, Model
from gastown.agents.schemas import schema_of
from gastown.agents.stops import GaveUp

REFLECTIONS = 3
SEAMS = 32  # characters between the parts of a request
FAILURE_SHARE = 15  # a failure takes one fifteenth of the context: 400 of 6,000 tokens

EDITING = """Change files by writing edits. An edit is the file's path and then:
<<<<<<< SEARCH
lines exactly as they stand in the file
=======
the lines that replace them
>>>>>>> REPLACE
The SEARCH lines must be found once in the file. A new file, or a short one as a whole, is its path
and then a fence with every line of it:
path/to/file
```
every line
```
Never leave code out with dots. Your edits are applied and checked as soon as you answer."""
ANSWERING = "End with one JSON object in a ```json fence. Its schema:\n{schema}"


class TextDialect:
    """No tools and no history: files in, edits out; handing in is implied."""

    def __init__(self, job: Job, model: Model, environment: Environment, note: str) -> None:
        self._job = job
        self._model = model
        self._environment = environment
        self._note = note
        self._failures = 0
        self._plain = output_of(job) is Submission
        self._files: tuple[str, ...] = ()
        self.tools: tuple[Mapping[str, Any], ...] = ()
        self.schema: Mapping[str, Any] | None = None
        self.salvaged = 0
        self.messages: list[Message] = self._open("")

    def read(self, completion: Completion) -> tuple[Move, ...]:
        """Every edit in its order, then the submission."""
        said = spoken(completion.text)
        blocks = parse_blocks(said, self._files)
        edits = [_act(edit) for edit in blocks.edits]
        wrong = [Wrong(None, problem) for problem in blocks.problems]
        if self._plain and not edits and not wrong:
            return (Wrong(None, "There is no edit in your answer; write one as described."),)
        return (*edits, *wrong, self._submission(blocks.rest))

    def record(
        self,
        completion: Completion | None,  # noqa: ARG002 - a Dialect's; here no history is kept
        results: Sequence[Result],
    ) -> None:
        """Start anew with the last failure. Raises GaveUp after the last reflection."""
        told = [seen.text for move, seen in results if seen.fault or isinstance(move, Submit)]
        failure = "\n".join(told)
        self._failures += 1
        if self._failures > REFLECTIONS:
            raise GaveUp(f"{self._failures} attempts failed; the last: {failure}")
        self.messages = self._open(failure)

    def _open(self, failure: str) -> list[Message]:
        limit = self._model.context * CHARS_PER_TOKEN // FAILURE_SHARE
        told = f"# Your last attempt failed\n{clip(failure, limit)}" if failure else ""
        bare = opening(self._job, self._manner(), self._note, told)
        pack = self._environment.pack(input_chars(self._model) - sum(map(size, bare)) - SEAMS)
        self._files = pack.files
        return opening(self._job, self._manner(), self._note, pack.text, told)

    def _manner(self) -> str:
        offered = {tool["function"]["name"] for tool in self._environment.schemas()}
        editing = EDITING if "edit_file" in offered else ""
        if self._plain:
            return editing
        schema = json.dumps(schema_of(output_of(self._job)), ensure_ascii=False)
        return "\n\n".join(filter(None, (editing, ANSWERING.format(schema=schema))))

    def _submission(self, rest: str) -> Move:
        if self._plain:
            return Submit(None, Submission(summary=one_line(rest, 400) or "Edits made."))
        found = find_json(rest.rpartition("```json")[2])
        if found is None:
            return Wrong(None, "The JSON object at the end is missing.")
        return submitted(self._job, None, found)


def _act(edit: Edit) -> Act:
    if edit.search is None:
        return Act(None, "write_file", {"path": edit.path, "content": edit.text})
    arguments = {"path": edit.path, "search": edit.search, "replace": edit.text}
    return Act(None, "edit_file", arguments)
