"""The merge queue of a rig: one at a time; rebase, gate, fast-forward; main is never red.

A process killed at any instant leaves nothing that the next merge does not clear away, and a branch
that has reached the target already is never merged twice.
"""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from gastown.errors import GitError, PushRejectedError
from gastown.rigs.clone import follow
from gastown.rigs.git import Repo
from gastown.rigs.landed import landed_as
from gastown.rigs.lock import file_lock
from gastown.rigs.rebase import Conflict, rebase
from gastown.rigs.report import TestReport
from gastown.rigs.worktree import detached_worktree
from gastown.spans import span
from gastown.town.layout import RigLayout

TRIES = 5

Gate = Callable[[Path], TestReport]


@dataclass(frozen=True, slots=True)
class Merged:
    """On the target now, as `commit`; `note` says so if the canonical clone could not follow."""

    commit: str
    report: TestReport
    note: str = ""


@dataclass(frozen=True, slots=True)
class Red:
    """The tests were not green on top of the target; nothing was pushed."""

    report: TestReport


@dataclass(frozen=True, slots=True)
class Contained:
    """The target has the branch's work already, its newest commit as `commit`."""

    commit: str


Outcome = Merged | Conflict | Red | Contained


def merge(
    layout: RigLayout, branch: str, *, target: str, gate: Gate, bead: str, author: str
) -> Outcome:
    """Bring a branch of the rig onto `target` at origin.

    Args:
        layout: The rig.
        branch: A local branch of the rig; it is left as it is.
        target: The branch at origin that grows.
        gate: Runs the tests in the folder it is given.
        bead: Whose work this is; commits on the target with its trailer are recognised.
        author: `Name <address>` of the rebased commits' committer.

    Raises:
        GitError: Origin cannot be reached, or kept moving while the gate ran.
    """
    with ExitStack() as stack:
        with span("queue"):
            stack.enter_context(file_lock(layout.queue_lock))
        for _ in range(TRIES):
            outcome = _try(layout, branch, target=target, gate=gate, bead=bead, author=author)
            if outcome is not None:
                return outcome
    raise GitError(f"{layout.root}: origin/{target} moved {TRIES} times while {branch} was tested")


def _try(
    layout: RigLayout, branch: str, *, target: str, gate: Gate, bead: str, author: str
) -> Outcome | None:
    """One round; None when the target moved on before the push."""
    main = Repo(layout.canonical)
    main.fetch()
    base, tip = main.rev(f"refs/remotes/origin/{target}"), main.rev(f"refs/heads/{branch}")
    landed = landed_as(main, tip, base, bead) or (tip if main.is_ancestor(tip, base) else None)
    if landed is not None:
        return Contained(landed)
    repo = Repo(detached_worktree(layout, layout.refinery, tip))
    conflict = rebase(repo, base, author)
    if conflict is not None:
        return conflict
    head = repo.head()
    if not repo.changed_files(base, head):
        return Contained(base)
    report = gate(repo.path)
    if not report.green:
        return Red(report)
    try:
        repo.push(head, target)
    except PushRejectedError:
        return None
    return Merged(head, report, follow(layout, target))
