"""Traces: what a convoy leaves in a rig beside its commits on main, and how it is removed.

Every call may be repeated: what is gone already is no error.
"""

import glob
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from gastown.rigs.commit import LOG_FORMAT, Commit, parse_log
from gastown.rigs.git import Repo
from gastown.rigs.landed import STAGE, TESTS
from gastown.rigs.slots import retire, slots
from gastown.rigs.worktree import remove_worktree
from gastown.town.layout import RigLayout


@dataclass(frozen=True, slots=True)
class Trace:
    """A worktree and its branch, of which one may be missing; `bead` is whose slot it is."""

    path: Path
    branch: str = ""
    bead: str = ""


def convoy_branch(convoy: str) -> str:
    """The branch that carries a convoy's tests."""
    return f"convoy/{convoy}"


def integration_branch(convoy: str) -> str:
    """The branch at origin on which a convoy's beads come together before it lands."""
    return f"integration/{convoy}"


def librarian_branch(convoy: str) -> str:
    """The branch on which a convoy's documentation is written."""
    return f"librarian/{convoy}"


def formula_branch(convoy: str) -> str:
    """The branch on which the steps of a formula work, one after another."""
    return f"formula/{convoy}"


def duty_branch(convoy: str, number: str) -> str:
    """The branch of one of those steps, until it has joined the others."""
    return f"duty/{convoy}/{number}"


def tidy(layout: RigLayout, convoy: str) -> None:
    """Remove what carried a landed convoy's tests to its beads: they are on main now."""
    branch = convoy_branch(convoy)
    if layout.canonical.is_dir():  # a rig may have been removed since
        remove_worktree(layout, layout.defender(convoy), branch)
        Repo(layout.canonical).delete_at_origin(branch)


def hand_over(layout: RigLayout, convoy: str, target: str) -> str:
    """What a formula's steps committed that is not on `target`: pushed to origin; its branch.

    Empty where all of it is on the target; the branch is removed then. Raises GitError.
    """
    repo, branch = Repo(layout.canonical), formula_branch(convoy)
    if not layout.canonical.is_dir() or not repo.branch_exists(branch):
        return ""
    repo.fetch()
    if not ahead(repo, branch, target):
        repo.delete_branch(branch)
        return ""
    repo.push(repo.rev(f"refs/heads/{branch}"), branch)
    return branch


def sweep(layout: RigLayout, convoy: str, beads: Collection[str]) -> list[str]:
    """Remove all that a convoy left, worked on or not; what was there, one line each.

    Raises GitError, when all but origin's branch is gone, if origin cannot be reached.
    """
    repo, branch = Repo(layout.canonical), convoy_branch(convoy)
    at_origin = repo.find(f"refs/remotes/origin/{branch}") is not None
    found = [_named(layout, trace) for trace in _standing(layout, convoy, beads)]
    for trace in _traces(layout, convoy, beads):
        if trace.bead:
            retire(layout, trace.bead)
        else:
            remove_worktree(layout, trace.path, trace.branch)
    repo.delete_at_origin(branch)
    return found + [f"branch {branch} at origin"] * at_origin


def unmerged_work(layout: RigLayout, convoy: str, beads: Collection[str], target: str) -> list[str]:
    """What a sweep would lose: changes and commits of Polecats and the Librarian, one line each.

    A commit whose change `target` has under another id is not lost. The Defender's tests do not
    count: they are written anew for whoever takes the beads.
    """
    found: list[str] = []
    for trace in _standing(layout, convoy, beads):
        if trace.bead or trace.branch in _own(convoy) or _is_duty(trace, convoy):
            name = trace.path.relative_to(layout.root)
            found += [f"{name}: {file} is not committed" for file in _changed(trace.path)]
            found += [
                f"{name}: {commit.id[:10]} {commit.subject}"
                for commit in ahead(Repo(layout.canonical), trace.branch, target)
            ]
    return found


def _traces(layout: RigLayout, convoy: str, beads: Collection[str]) -> Iterator[Trace]:
    """Wherever something of the convoy may be."""
    librarian = layout.check(f"librarian-{convoy}")
    yield Trace(layout.defender(convoy), convoy_branch(convoy))
    yield Trace(librarian, librarian_branch(convoy))
    yield Trace(layout.check(f"formula-{convoy}"), formula_branch(convoy))
    checks, name = layout.check("x").parent, glob.escape(convoy)
    for path in sorted({*checks.glob(f"*-{name}"), *checks.glob(f"*-{name}-*")} - {librarian}):
        prefix, _, number = path.name.rpartition("-")
        yield Trace(path, duty_branch(convoy, number) if prefix == f"duty-{convoy}" else "")
    for slot in slots(layout):
        if slot.bead in beads:
            yield Trace(layout.polecat(slot.name), slot.branch, slot.bead)


def _own(convoy: str) -> tuple[str, ...]:
    return librarian_branch(convoy), formula_branch(convoy)


def _is_duty(trace: Trace, convoy: str) -> bool:
    return trace.branch.startswith(duty_branch(convoy, ""))


def _standing(layout: RigLayout, convoy: str, beads: Collection[str]) -> list[Trace]:
    repo = Repo(layout.canonical)
    return [
        trace
        for trace in _traces(layout, convoy, beads)
        if trace.bead or trace.path.is_dir() or repo.branch_exists(trace.branch)
    ]


def _named(layout: RigLayout, trace: Trace) -> str:
    of = f" (branch {trace.branch})" if trace.branch else ""
    return f"{trace.path.relative_to(layout.root)}{of}"


def _changed(worktree: Path) -> list[str]:
    return Repo(worktree).status() if (worktree / ".git").exists() else []


def ahead(repo: Repo, branch: str, target: str) -> list[Commit]:
    """Commits of a local branch, its tests apart, whose change the target lacks."""
    if not repo.branch_exists(branch):
        return []
    args = ("log", "--cherry-pick", "--right-only", *LOG_FORMAT, "--end-of-options")
    span = f"{repo.rev(target)}...{repo.rev(f'refs/heads/{branch}')}"
    found = parse_log(repo.run(*args, span, "--")[1])
    return [one for one in found if dict(one.trailers).get(STAGE, "").split(" ")[0] != TESTS]
