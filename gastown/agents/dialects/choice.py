"""Which dialect a session begins in, and which simpler one it falls back to."""

from gastown.agents.dialects.answer import AnswerDialect
from gastown.agents.dialects.base import Dialect
from gastown.agents.dialects.json_action import JsonDialect
from gastown.agents.dialects.text_edit import TextDialect
from gastown.agents.dialects.tools import ToolsDialect
from gastown.agents.protocols import EditProtocol, Job, Model

SIMPLER: dict[EditProtocol, EditProtocol] = {"tools": "json", "json": "text"}


def open_dialect(protocol: EditProtocol, job: Job, model: Model, note: str = "") -> Dialect:
    """A new conversation; `note` says what happened in an earlier one. No hands: just an answer."""
    if job.environment is None:
        return AnswerDialect(job, note)
    match protocol:
        case "tools":
            return ToolsDialect(job, job.environment, note)
        case "json":
            return JsonDialect(job, job.environment, note)
        case "text":
            return TextDialect(job, model, job.environment, note)


def simpler(protocol: EditProtocol, job: Job) -> EditProtocol | None:
    """The next simpler protocol, if there is one and the job has hands at all."""
    return SIMPLER.get(protocol) if job.environment is not None else None
