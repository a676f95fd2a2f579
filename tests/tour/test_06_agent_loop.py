"""6. The agent loop: a model proposes, code decides.

A session gives a model tools over one worktree. It ends when a check, written in code, is content;
what the model says about its own work counts for nothing.
"""

import pytest

from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Check, Job, Limits
from gastown.agents.tools import WorktreeTools
from gastown.testing import ScriptedModel, call, say

WRITE = call(("write_file", {"path": "bread.txt", "content": "bread\n"}))
SUBMIT = call(("submit", {"summary": "The bread is baked."}))


@pytest.fixture
def worktree(tmp_path):
    path = tmp_path / "worktree"
    path.mkdir()
    return path


def session(model, worktree, **limits: int):
    """A session that is done when there is bread."""

    def is_there_bread(_):
        there = (worktree / "bread.txt").is_file()
        return Check(ok=there, feedback="" if there else "there is no bread.txt")

    job = Job(
        role="polecat",
        system="You are a polecat.",
        task="Bake bread.",
        limits=Limits(**limits),
        environment=WorktreeTools(worktree),
        verify=is_there_bread,
    )
    return NativeRuntime(model).run(job)


def test_work_that_passes_the_check_is_done(worktree):
    outcome = session(ScriptedModel([WRITE, SUBMIT]), worktree)

    assert outcome.status == "done"
    assert (worktree / "bread.txt").read_text() == "bread\n"


def test_closing_words_are_no_evidence(worktree):
    """The model says that it is done; code looks, and says what is missing."""
    model = ScriptedModel([SUBMIT, WRITE, SUBMIT])

    outcome = session(model, worktree)

    assert "there is no bread.txt" in str(model.asks[1].messages[-1]["content"])
    assert outcome.status == "done"
    assert outcome.turns == 3


def test_limits_sit_outside_the_models_reach(worktree):
    talks = [say("I am about to bake.")] * 9

    outcome = session(ScriptedModel(talks), worktree, turns=2)

    assert outcome.status != "done"
    assert outcome.turns == 2


def test_no_tool_reaches_out_of_the_worktree(worktree):
    """A refusal is something that the model sees, so that it can do better."""
    escape = call(("write_file", {"path": "../bread.txt", "content": "stolen\n"}))
    model = ScriptedModel([escape, WRITE, SUBMIT])

    outcome = session(model, worktree)

    assert outcome.status == "done"
    assert not (worktree.parent / "bread.txt").exists()
    assert "outside" in str(model.asks[1].messages[-1]["content"])


def test_what_a_session_used_is_added_up(worktree):
    outcome = session(ScriptedModel([WRITE, SUBMIT]), worktree)

    assert outcome.usage.requests == 2
    assert outcome.usage.output_tokens > 0
