"""A rig as the tests need it: a bare origin, the town's clone, and branches with work on them."""

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TypeVar

from gastown.rigs.clone import clone, new_origin
from gastown.rigs.git import Repo
from gastown.rigs.report import TestCase, TestReport
from gastown.rigs.worktree import add_worktree
from gastown.town.layout import RigLayout

T = TypeVar("T")
R = TypeVar("R")

POLECAT = "Polecat <polecat@town>"
REFINERY = "Refinery <refinery@town>"
GREEN = TestReport(
    runner="a gate", cases=(TestCase(name="one", file="tests/t.py", status="passed"),)
)
RED = TestReport(runner="a gate", cases=(TestCase(name="one", file="tests/t.py", status="failed"),))


def a_rig(tmp_path: Path, files: Mapping[str, str] | None = None) -> RigLayout:
    """A rig with an origin of one commit, cloned where the layout says."""
    source = tmp_path / "source"
    write(source, files or {"README.md": "# A rig\n"})
    bare = new_origin(source, tmp_path / "origin.git")
    layout = RigLayout(tmp_path / "town" / "rig")
    clone(str(bare), layout.canonical, "main")
    return layout


def write(root: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def work(layout: RigLayout, bead: str, files: Mapping[str, str]) -> str:
    """A branch from main with one commit of that bead; its worktree stays."""
    branch = f"polecat/{bead}"
    path = add_worktree(layout, layout.polecat(bead), branch, "origin/main")
    write(path, files)
    Repo(path).commit_all(f"Do {bead}\n\nBead: {bead}", POLECAT)
    return branch


def origin(tmp_path: Path) -> Repo:
    return Repo(tmp_path / "origin.git")


def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["gastown.queue.merge", "gastown.rigs.slots"])
    return context


def at_once(function: Callable[[T], R], tasks: Sequence[T]) -> list[R]:
    """Run `function` on every task, each in a process of its own, all at the same time."""
    with ProcessPoolExecutor(len(tasks), mp_context=_context()) as pool:
        return list(pool.map(function, tasks))


def started(function: Callable[..., object], *args: object) -> BaseProcess:
    """`function` at work in a process of its own."""
    process = _context().Process(target=function, args=args)
    process.start()
    return process


def alone(function: Callable[..., object], *args: object) -> int | None:
    """Run `function` in a process of its own; its exit code, negative for a signal."""
    process = started(function, *args)
    process.join()
    return process.exitcode
