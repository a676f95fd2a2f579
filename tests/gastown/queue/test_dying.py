"""A leader dies by -9 at any instant of its batch: the next finishes it, and nothing is twice."""

import os
import signal
import threading
import time
from typing import Any

import pytest
from git.cmd import Git

from gastown.queue.outcome import Contained, Merged, Red
from gastown.queue.requests import Requests
from gastown.rigs.git import Repo
from gastown.rigs.rebase import Conflict
from gastown.rigs.worktree import list_worktrees
from tests.gastown.queue.given import TreeGate, branch, bring, crowd, on_main, red_commits
from tests.gastown.rigs.given import alone

STRIDE = 29  # every so many instants one is tried, and another one in each round
_WRITE = Requests._write


class _Deadly(Git):
    """Git whose command, or whose records' writing, kills this process when its turn has come."""

    count = 0
    fatal = 0

    @classmethod
    def turn(cls) -> bool:
        cls.count += 1
        return cls.count == cls.fatal

    def execute(self, command, *args: Any, **kwargs: Any):
        if self.turn():
            threading.Timer(0.001, os.kill, (os.getpid(), signal.SIGKILL)).start()
            super().execute(command, *args, **kwargs)
            time.sleep(5)
        return super().execute(command, *args, **kwargs)


def _write(requests, path, record):
    if _Deadly.turn():
        os.kill(os.getpid(), signal.SIGKILL)
    _WRITE(requests, path, record)


def _die(layout, bead, fatal):
    _Deadly.fatal = fatal
    patch = pytest.MonkeyPatch()
    patch.setattr("gastown.rigs.command.Git", _Deadly)
    patch.setattr(Requests, "_write", _write)
    bring(layout, bead, TreeGate())


def _ready(layout, bead):
    """Somebody else asks, and waits while the leader works."""
    try:
        bring(layout, bead, _interrupt)
    except KeyboardInterrupt:
        requests = Requests.of(layout)
        (asked,) = [one for one in requests.all() if one.bead == bead]
        requests.change(asked, state="ready", reason="", settled_at=None)


def _interrupt(_tree):
    raise KeyboardInterrupt


def test_a_leader_killed_at_any_instant_leaves_what_the_next_one_finishes(tmp_path):
    """In its batch are a good branch, a bad one, and one that conflicts with the good one."""
    layout, fatal, killed, number = crowd(tmp_path), 4, True, 0
    expected: list[str] = []
    while killed:
        mine, bad, beside = f"sk-{number}", f"sk-{number}-bad", f"sk-{number}-beside"
        branch(layout, mine, file=f"src/{number}")
        branch(layout, bad, work="bad")
        branch(layout, beside, work="other", file=f"src/{number}")
        Requests.of(layout).forget_old()
        for other in (bad, beside):
            _ready(layout, other)

        killed = alone(_die, layout, mine, fatal) == -signal.SIGKILL
        told = {one: bring(layout, one, TreeGate()) for one in (mine, bad, beside)}

        assert isinstance(told[bad], Red), fatal
        landed = [one for one in (mine, beside) if isinstance(told[one], Merged | Contained)]
        assert len(landed) == 1, (fatal, told)
        assert isinstance(told[mine if landed == [beside] else beside], Conflict)
        expected += landed
        fatal, number = fatal + STRIDE, number + 1

    assert number > 4
    gate = TreeGate()
    assert sorted(on_main(layout)) == sorted(expected)
    assert red_commits(layout, gate) == []
    assert all(not one.open for one in Requests.of(layout).all())
    assert {tree.path.name for tree in list_worktrees(layout)} == {"rig", "green"}
    assert Repo(layout.canonical).head() == Repo(layout.canonical).rev("origin/main")
