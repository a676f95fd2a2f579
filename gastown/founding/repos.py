"""Git as founding a town needs it: make a repository, clone one, and see what is not merged."""

import os
import subprocess
from pathlib import Path

from gastown.errors import GitError

_AUTHOR = ("-c", "user.name=town", "-c", "user.email=town@localhost")
_BATCH = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}  # fail where git would ask a person
_ELSEWHERE = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}  # set where a git hook calls us


def git(folder: Path, *args: str) -> str:
    """Run git in a folder and return what it printed. Raises GitError with what it said."""
    done = subprocess.run(
        ["git", *args],
        cwd=folder,
        env={k: v for k, v in os.environ.items() if k not in _ELSEWHERE} | _BATCH,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise GitError(f"git {' '.join(args)}, in {folder}: {done.stderr.strip()}")
    return done.stdout


def make_repository(folder: Path) -> bool:
    """A repository with branch main, if there is none; whether one was made."""
    if (folder / ".git").exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    return True


def commit(folder: Path, paths: list[str], message: str) -> None:
    """Commit what changed in `paths`, as the town; nothing changed is no commit."""
    git(folder, "add", "--", *paths)
    if git(folder, "diff", "--cached", "--name-only", "--", *paths):
        git(folder, *_AUTHOR, "commit", "--quiet", "-m", message, "--", *paths)


def clone(origin: str, folder: Path) -> str:
    """Clone a repository into a new folder; the name of its default branch.

    Raises GitError when it cannot be read, or has no commit yet.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    git(folder.parent, "clone", "--quiet", "--", origin, folder.name)
    if not git(folder, "branch", "--remotes").strip():
        raise GitError(f"{origin} has no commit yet; push one first")
    return git(folder, "symbolic-ref", "--short", "HEAD").strip()


def unmerged(clone: Path, branch: str) -> list[str]:
    """Work in a clone and its worktrees that `origin/branch` does not have, one line each."""
    found: list[str] = []
    for line in git(clone, "worktree", "list", "--porcelain").splitlines():
        path = Path(line.removeprefix("worktree "))
        if line.startswith("worktree ") and path.is_dir() and git(path, "status", "--porcelain"):
            found.append(f"{path}: changes that are not committed")
    ahead = git(clone, "log", "--oneline", "--branches", "--not", f"origin/{branch}", "--decorate")
    return found + [f"{clone}: {line}" for line in ahead.splitlines()]
