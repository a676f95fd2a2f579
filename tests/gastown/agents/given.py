"""A session for tests: a small worktree, a task, and code that judges it."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel

from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Ask, Check, Job, Limits, Outcome
from gastown.agents.tools import WorktreeTools
from gastown.testing import ScriptedModel

FIX = ("edit_file", {"path": "calc.py", "search": "a - b", "replace": "a + b"})
SUBMIT = ("submit", {"summary": "I fixed add."})


def run(model: ScriptedModel, root: Path, **changes: Any) -> Outcome:
    def added(_: BaseModel | None) -> Check:
        ok = "a + b" in (root / "calc.py").read_text()
        return Check(ok=ok, feedback="" if ok else "add(1, 1) is 0, not 2")

    fields: dict[str, Any] = {
        "role": "polecat",
        "system": "You are a polecat.",
        "task": "Make add add.",
        "limits": Limits(),
        "environment": WorktreeTools(root),
        "verify": added,
        **changes,
    }
    return NativeRuntime(model).run(Job(**fields))


def last(ask: Ask) -> str:
    return str(ask.messages[-1]["content"])
