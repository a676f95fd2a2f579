"""What sessions do is told by the code that does it, to whoever listens."""

import threading

import pytest

from blocks.patient import Patient
from blocks.provider import open_model
from gastown.agents.jail.process import run_process
from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Ask, Job, Limits
from gastown.agents.tools import WorktreeTools
from gastown.errors import ModelError
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Call, Turn
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.signs import during, heard_by
from gastown.spans import span
from gastown.testing import ScriptedModel, say
from gastown.town.tables.models import ModelTable
from tests.gastown.founding.conftest import git
from tests.gastown.health.hearing import Hearing

SCRIPT = Script(
    {
        ("polecat", "sk-1", 1): (
            Turn("Let me look.", (Call("read_file", {"path": "a.py"}),)),
            Turn("", (Call("submit", {"summary": "It is fine."}),)),
        )
    }
)


@pytest.fixture(name="hearing")
def _hearing():
    hearing = Hearing()
    with heard_by(hearing):
        yield hearing


def test_a_session_tells_that_it_thinks_streams_and_uses_tools(tmp_path, hearing):
    (tmp_path / "a.py").write_text("x = 1\n")
    with RehearsalServer(SCRIPT, pace=UNPACED) as server:
        job = Job(
            role="polecat",
            system="You are a polecat.",
            task="Look.",
            limits=Limits(seconds=60),
            environment=WorktreeTools(tmp_path),
            session={"role": "polecat", "bead": "sk-1", "round": "1"},
        )
        model = open_model("rehearsal", ModelTable(endpoint=server.url))
        assert NativeRuntime(model).run(job).status == "done"

    states = hearing.named("thinking", "tool")
    assert ("thinking", "rehearsal") in states
    assert [what for state, what in states if state == "tool"] == ["read_file", "check"]
    assert len(hearing.named("turn")) == 2
    assert hearing.named("piece")
    limits = dict(zip(states, hearing.limits, strict=True))
    asked = limits["thinking", "rehearsal"]
    assert asked is not None
    assert 0 < asked <= 60


def test_a_command_tells_its_process_and_its_limit(tmp_path, hearing):
    run_process(["true"], cwd=tmp_path, env={}, timeout_s=7, log=None)

    (begun, command, left) = hearing.heard
    assert (begun[0], command[0], left[0]) == ("tool", "command", "left")
    assert hearing.limits == [7]


def test_whoever_stands_before_a_lock_waits(tmp_path, hearing):
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with file_lock(tmp_path / "queue.lock"):
            held.set()
            free.wait(10)

    other = threading.Thread(target=hold)
    other.start()
    held.wait(10)
    threading.Timer(0.1, free.set).start()
    with file_lock(tmp_path / "queue.lock"):
        other.join()

    assert hearing.heard == [("waiting", "queue.lock"), ("left", None)]


def test_a_model_that_wants_patience_is_waited_for(hearing):
    class Busy(ScriptedModel):
        tries = 0

        def complete(self, ask, on_text=None):
            self.tries += 1
            if self.tries == 1:
                raise ModelError("busy", retryable=True)
            return super().complete(ask, on_text)

    Patient(Busy([say("Yes.")]), sleep=lambda _: None).complete(Ask(()))

    assert [state for state, _ in hearing.named("waiting")] == ["waiting"]


def test_git_and_the_queue_are_told_as_what_they_are(tmp_path, hearing):
    git(tmp_path, "init", "--quiet")
    Repo(tmp_path).run("status")
    with span("queue"), during("tool", "gate"):
        pass

    states = [sign for sign in hearing.heard if sign[0] != "left"]
    assert states[0] == ("tool", "git")
    assert states[-2:] == [("waiting", "queue"), ("tool", "gate")]
