"""merge: main grows by fast-forward, is never red, and gets no work twice."""

import os
import signal
import subprocess
import threading
import time
from functools import partial
from typing import Any

import pytest
from git.cmd import Git

from gastown.errors import GitError
from gastown.queue.batch import TRIES
from gastown.queue.merge import merge
from gastown.queue.outcome import Contained, Merged, Red
from gastown.rigs.clone import clone
from gastown.rigs.git import Repo
from gastown.rigs.rebase import Conflict
from gastown.rigs.worktree import list_worktrees
from gastown.spans import recording
from tests.gastown.rigs.given import (
    GREEN,
    POLECAT,
    RED,
    REFINERY,
    a_rig,
    alone,
    at_once,
    origin,
    started,
    work,
    write,
)


@pytest.fixture
def rig(tmp_path):
    return a_rig(tmp_path, {"README.md": "# A rig\n", "a.py": "a = 1\n"})


def _green(_path):
    return GREEN


def _merge(layout, bead, gate=_green):
    branch = f"polecat/{bead}"
    return merge(layout, branch, target="main", gate=gate, bead=bead, author=REFINERY)


def _beads(tmp_path) -> list[str]:
    """Beads on origin's main, newest first."""
    return [dict(c.trailers)["bead"] for c in origin(tmp_path).log("main") if c.trailers]


def _elsewhere(tmp_path, files):
    """Somebody else pushes to main."""
    path = tmp_path / f"other-{time.monotonic_ns()}"
    other = clone(str(tmp_path / "origin.git"), path)
    write(other.path, files)
    other.commit_all("Elsewhere", POLECAT)
    other.push("main")
    return other.head()


def test_green_work_is_on_main_afterwards_and_the_canonical_clone_has_it(rig, tmp_path):
    work(rig, "sk-1", {"b.py": "b = 1\n"})

    outcome = _merge(rig, "sk-1")

    assert isinstance(outcome, Merged)
    assert outcome.commit == origin(tmp_path).rev("main") == Repo(rig.canonical).head()
    assert (outcome.report, outcome.note) == (GREEN, "")
    assert (rig.canonical / "b.py").is_file()


def test_the_gate_sees_main_and_the_branch_together(rig, tmp_path):
    work(rig, "sk-1", {"b.py": "b = 1\n"})
    _elsewhere(tmp_path, {"c.py": "c = 1\n"})
    seen = []

    _merge(rig, "sk-1", lambda path: seen.extend(p.name for p in path.glob("*.py")) or GREEN)

    assert sorted(seen) == ["a.py", "b.py", "c.py"]


def test_red_work_is_not_pushed(rig, tmp_path):
    work(rig, "sk-1", {"b.py": "b = 1\n"})
    before = origin(tmp_path).rev("main")

    outcome = _merge(rig, "sk-1", lambda path: RED if (path / "b.py").exists() else GREEN)

    assert outcome == Red(RED)
    assert origin(tmp_path).rev("main") == before


def test_a_conflict_names_the_files_and_the_next_merge_is_clean(rig, tmp_path):
    work(rig, "sk-1", {"a.py": "a = 2\n"})
    work(rig, "sk-2", {"b.py": "b = 1\n"})
    _elsewhere(tmp_path, {"a.py": "a = 3\n"})

    conflict, merged = _merge(rig, "sk-1"), _merge(rig, "sk-2")

    assert isinstance(conflict, Conflict)
    assert conflict.files == ("a.py",)
    assert "a = 2" in conflict.text
    assert isinstance(merged, Merged)
    assert _beads(tmp_path) == ["sk-2"]


def test_work_is_merged_once(rig, tmp_path):
    work(rig, "sk-1", {"b.py": "b = 1\n"})
    work(rig, "sk-2", {"c.py": "c = 1\n"})
    first, _ = _merge(rig, "sk-2"), _merge(rig, "sk-1")
    gated = []

    again = _merge(rig, "sk-2", lambda path: gated.append(path) or GREEN)

    assert isinstance(first, Merged)
    assert again == Contained(first.commit)
    assert gated == []
    assert sorted(_beads(tmp_path)) == ["sk-1", "sk-2"]


def test_work_that_somebody_else_merged_without_its_trailer_is_contained(rig, tmp_path):
    work(rig, "sk-1", {"b.py": "b = 1\n"})
    head = _elsewhere(tmp_path, {"b.py": "b = 1\n"})

    assert _merge(rig, "sk-1") == Contained(head)


def test_a_bead_that_was_reopened_can_merge_more(rig, tmp_path):
    work(rig, "sk-1", {"b.py": "b = 1\n"})
    _merge(rig, "sk-1")
    path = rig.polecat("sk-1")
    write(path, {"b.py": "b = 2\n"})
    Repo(path).commit_all("Again\n\nBead: sk-1", POLECAT)

    assert isinstance(_merge(rig, "sk-1"), Merged)
    assert _beads(tmp_path) == ["sk-1", "sk-1"]


def test_when_main_moves_during_the_gate_the_work_is_gated_again_on_top(rig, tmp_path):
    work(rig, "sk-1", {"b.py": "b = 1\n"})
    moves = []

    def gate(path):
        if not moves:
            moves.append(_elsewhere(tmp_path, {"c.py": "c = 1\n"}))
        return GREEN if (path / "c.py").exists() else RED if len(moves) > 1 else GREEN

    outcome = _merge(rig, "sk-1", gate)

    assert isinstance(outcome, Merged)
    assert Repo(rig.canonical).rev(f"{outcome.commit}^") == moves[0]


def test_a_main_that_never_stands_still_is_given_up(rig, tmp_path):
    work(rig, "sk-1", {"b.py": "b = 1\n"})
    moves = []

    def gate(_path):
        moves.append(_elsewhere(tmp_path, {"c.py": f"c = {len(moves)}\n"}))
        return GREEN

    with pytest.raises(GitError, match=f"moved {TRIES} times"):
        _merge(rig, "sk-1", gate)
    assert len(moves) == TRIES
    assert _beads(tmp_path) == []


def test_a_gate_that_breaks_leaves_the_queue_usable(rig):
    work(rig, "sk-1", {"b.py": "b = 1\n"})

    def gate(path):
        write(path, {"a.py": "left dirty\n", "junk": "x"})
        raise KeyError

    with pytest.raises(KeyError):
        _merge(rig, "sk-1", gate)
    assert isinstance(_merge(rig, "sk-1"), Merged)


def test_what_a_gate_writes_is_not_merged(rig, tmp_path):
    work(rig, "sk-1", {"b.py": "b = 1\n"})

    _merge(rig, "sk-1", lambda path: write(path, {"a.py": "a = 9\n", "junk": "x"}) or GREEN)

    assert origin(tmp_path).show_file("main", "a.py") == "a = 1\n"
    assert "junk" not in origin(tmp_path).files("main")


def test_a_canonical_clone_that_cannot_follow_is_said_and_nothing_of_it_lost(rig):
    work(rig, "sk-1", {"b.py": "b = 1\n"})
    write(rig.canonical, {"mine.py": "1\n"})
    mine = Repo(rig.canonical).commit_all("Mine", POLECAT)

    outcome = _merge(rig, "sk-1")

    assert isinstance(outcome, Merged)
    assert "stays behind" in outcome.note
    assert Repo(rig.canonical).head() == mine


def test_a_branch_that_is_not_there_is_an_error(rig):
    with pytest.raises(GitError, match="knows no commit 'refs/heads/polecat/sk-9'"):
        _merge(rig, "sk-9")


def test_the_wait_for_the_queue_is_recorded(rig):
    work(rig, "sk-1", {"b.py": "b = 1\n"})

    with recording() as spans:
        _merge(rig, "sk-1")

    assert {span.kind for span in spans} == {"git", "queue"}


def _exclusive(folder, path):
    """A gate that fails when another gate of the rig is open."""
    (folder / "open").touch(exist_ok=False)
    time.sleep(0.01)
    (folder / "open").unlink()
    return GREEN if list(path.glob("f*.py")) else RED


def _merge_three(task):
    layout, folder, numbers = task
    gate = partial(_exclusive, folder)
    return [_merge(layout, f"sk-{n}", gate) for n in numbers]


def test_two_processes_merge_six_branches_one_at_a_time(rig, tmp_path):
    for n in range(6):
        work(rig, f"sk-{n}", {f"f{n}.py": f"n = {n}\n"})

    done = at_once(_merge_three, [(rig, tmp_path, (0, 2, 4)), (rig, tmp_path, (1, 3, 5))])

    assert all(isinstance(outcome, Merged) for outcome in done[0] + done[1])
    assert sorted(_beads(tmp_path)) == [f"sk-{n}" for n in range(6)]


class _Deadly(Git):
    """Git whose `fatal`-th command kills the process that started it, 1 ms after it began."""

    count = 0
    fatal = 0
    whole_group = False

    def execute(self, command, *args: Any, **kwargs: Any):
        type(self).count += 1
        if self.count == self.fatal:
            alone = self.whole_group and "push" not in command
            kill = partial(os.killpg, 0) if alone else partial(os.kill, os.getpid())
            threading.Timer(0.001, kill, (signal.SIGKILL,)).start()
            super().execute(command, *args, **kwargs)
            time.sleep(5)
        return super().execute(command, *args, **kwargs)


def _die_merging(layout, bead, fatal, whole_group):
    os.setsid()
    _Deadly.fatal, _Deadly.whole_group = fatal, whole_group
    pytest.MonkeyPatch().setattr("gastown.rigs.command.Git", _Deadly)
    _merge(layout, bead)


@pytest.mark.parametrize("whole_group", [False, True], ids=["ours", "git-too"])
def test_a_merge_killed_at_any_command_is_done_once_by_the_next(rig, tmp_path, whole_group):
    """With -9, in the middle of one git command or another, alone or together with that git."""
    fatal, killed, done = 1 + whole_group, True, list[str]()
    while killed:
        fatal += 3
        done.append(f"sk-{fatal}")
        work(rig, f"sk-{fatal}", {f"f{fatal}.py": "f = 1\n"})
        killed = alone(_die_merging, rig, f"sk-{fatal}", fatal, whole_group) == -signal.SIGKILL
        outcome = _merge(rig, f"sk-{fatal}")
        assert isinstance(outcome, Merged | Contained), fatal

    assert fatal > 12
    assert sorted(_beads(tmp_path)) == sorted(done)
    assert len(list_worktrees(rig)) == len(done) + 1  # the polecats' and the refinery's
    assert Repo(rig.canonical).head() == origin(tmp_path).rev("main")
    assert subprocess.run(["git", "fsck"], cwd=rig.canonical, check=True).returncode == 0


def _wait_in_the_gate(layout, marker):
    def gate(_path):
        marker.touch()
        time.sleep(60)
        return GREEN

    _merge(layout, "sk-1", gate)


def test_a_merger_killed_in_its_gate_frees_the_queue(rig, tmp_path):
    work(rig, "sk-1", {"b.py": "b = 1\n"})
    work(rig, "sk-2", {"c.py": "c = 1\n"})
    process = started(_wait_in_the_gate, rig, tmp_path / "gating")
    while not (tmp_path / "gating").exists():
        time.sleep(0.01)

    process.kill()
    process.join()

    assert isinstance(_merge(rig, "sk-2"), Merged)
    assert isinstance(_merge(rig, "sk-1"), Contained)  # the second did the first one's part
