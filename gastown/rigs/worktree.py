"""Worktrees of a rig: added whole or not at all, found again after a crash, removed in one move.

Every call may be repeated: what a killed process left half-made is made anew.
"""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gastown.errors import GitError
from gastown.rigs.git import Repo
from gastown.rigs.stale import clear_stale_locks
from gastown.town.layout import RigLayout
from gastown.town.processes import living, read_record, write_record

TRASH = ".trash-"
HALF_MADE = "initializing"  # git's reason for locking a worktree that it is still making


@dataclass(frozen=True, slots=True)
class Worktree:
    """One worktree as git has it on record; `branch` is empty when it is detached."""

    path: Path
    head: str
    branch: str
    locked: str


def add_worktree(layout: RigLayout, path: Path, branch: str, ref: str) -> Path:
    """The worktree at `path` with `branch` checked out, whatever state it was in.

    A branch that does not exist here starts at origin's branch of that name, else at `ref`. A
    worktree that is there is returned as it is, changes included (`Repo.discard` drops them).

    Raises:
        GitError: The worktree holds another branch, or the branch is checked out elsewhere.
    """
    standing = _standing(layout, path)
    if standing is not None:
        if standing.branch != branch:
            holds = standing.branch or "no branch"
            raise GitError(f"{path} holds {holds}, not {branch}; remove that worktree first")
        _clear(path)
        return path
    main = Repo(layout.canonical)
    if main.branch_exists(branch):
        return _add(layout, path, str(path), branch)
    remote = f"refs/remotes/origin/{branch}"
    start = remote if main.find(remote) else ref
    return _add(layout, path, "--no-track", "-b", branch, str(path), main.rev(start))


def detached_worktree(layout: RigLayout, path: Path, ref: str) -> Path:
    """A worktree at `path` that shows `ref` and nothing else, whatever state it was in.

    Changes, untracked and ignored files and a rebase that was cut short are dropped.
    """
    commit = Repo(layout.canonical).rev(ref)
    if _standing(layout, path) is not None:
        try:
            return _cleaned(path, commit)
        except GitError:
            remove_worktree(layout, path)
    return _add(layout, path, "--detach", str(path), commit)


@contextmanager
def snapshot(layout: RigLayout, name: str, ref: str) -> Generator[Path]:
    """A detached worktree `checks/NAME` for the block; `name` must be the caller's alone.

    Whose it is stands beside it, so that others can tell when nobody uses it any more.
    """
    path = layout.check(name)
    with Repo(layout.canonical).shared():
        write_record(_mark(path), os.getpid())
    try:
        yield detached_worktree(layout, path, ref)
    finally:
        remove_worktree(layout, path)
        _mark(path).unlink(missing_ok=True)


def is_used(path: Path) -> bool:
    """Whether a living process has this worktree as a snapshot."""
    return living(read_record(_mark(path))) is not None


def remove_unused(layout: RigLayout, path: Path, branch: str = "") -> bool:
    """The same as `remove_worktree`, unless a living process has it as a snapshot; whether it went.

    Who makes a snapshot says so under the lock in which this looks.
    """
    main = Repo(layout.canonical)
    with main.shared():
        if is_used(path):
            return False
        _take_away(main, path)
        _mark(path).unlink(missing_ok=True)
    if branch:
        main.delete_branch(branch)
    return True


def remove_worktree(layout: RigLayout, path: Path, branch: str = "") -> None:
    """Remove a worktree, git's record of it, and `branch`. Nothing there is no error."""
    main = Repo(layout.canonical)
    with main.shared():
        _take_away(main, path)
    if branch:
        main.delete_branch(branch)


def list_worktrees(layout: RigLayout) -> list[Worktree]:
    """Every worktree of the rig but the canonical clone itself, as git has them on record.

    The caller does not hold the clone: where another is adding one just now, this waits for it.
    """
    main, args = Repo(layout.canonical), ("worktree", "list", "--porcelain", "-z")
    try:
        text = main.run(*args)[1]
    except GitError:  # git came upon one that is half-made
        with main.shared():
            text = main.run(*args)[1]
    blocks = [block.split("\0") for block in text.split("\0\0") if block.strip("\0")]
    return [_worktree(block) for block in blocks[1:]]


def _take_away(main: Repo, path: Path) -> None:
    """The worktree and git's record of it; the clone is held by the caller."""
    main.run("worktree", "unlock", str(path), may_fail=(128,))  # a half-made one is locked
    if path.is_dir() or path.is_symlink():
        # in one move, so that nobody ever finds half a worktree and takes it for deletions
        path.rename(path.with_name(f"{TRASH}{path.name}-{os.getpid()}-{os.urandom(4).hex()}"))
    main.run("worktree", "prune", "--expire", "now")
    for rest in path.parent.glob(f"{TRASH}*"):
        shutil.rmtree(rest, ignore_errors=True)


def _mark(path: Path) -> Path:
    """Where the user of a snapshot is on record."""
    return path.with_name(f".{path.name}.user.json")


def _standing(layout: RigLayout, path: Path) -> Worktree | None:
    """The whole worktree at `path`; what is there but not whole is removed."""
    trees = {tree.path.resolve(): tree for tree in list_worktrees(layout)}
    found = trees.get(path.resolve())
    if found is not None and found.locked != HALF_MADE and path.is_dir():
        return found
    if found is not None or path.is_dir():
        remove_worktree(layout, path)
    return None


def _add(layout: RigLayout, path: Path, *args: str) -> Path:
    main = Repo(layout.canonical)
    with main.shared():
        path.parent.mkdir(parents=True, exist_ok=True)
        main.run("worktree", "add", "--quiet", *args)
    return path


def _clear(path: Path) -> None:
    repo = Repo(path)
    with repo.shared():
        clear_stale_locks(*repo.folders())


def _cleaned(path: Path, commit: str) -> Path:
    _clear(path)
    repo = Repo(path)
    repo.run("rebase", "--quit", may_fail=(1, 128))
    repo.run("checkout", "--quiet", "--force", "--detach", commit)
    repo.run("reset", "--quiet", "--hard", commit)
    repo.run("clean", "-ffdxq")
    return path


def _worktree(block: list[str]) -> Worktree:
    fields: dict[str, str] = {}
    for line in block:
        key, _, value = line.partition(" ")
        fields[key] = value
    return Worktree(
        path=Path(fields["worktree"]),
        head=fields.get("HEAD", ""),
        branch=fields.get("branch", "").removeprefix("refs/heads/"),
        locked=fields.get("locked", ""),
    )
