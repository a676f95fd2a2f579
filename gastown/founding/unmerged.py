"""Git as founding a town needs it: make a repository, commit to it, and see what is not merged."""

from pathlib import Path

from gastown.errors import GitError
from gastown.rigs.git import NETWORK_S, Repo, git

AUTHOR = "town <town@localhost>"


def make_repository(folder: Path) -> bool:
    """A repository with branch main, if there is none; whether one was made."""
    if (folder / ".git").exists():
        return False
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    return True


def clone(origin: str, folder: Path) -> str:
    """Clone a repository into a new folder; the name of its default branch.

    Raises GitError when it cannot be read, or has no commit yet.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    git(folder.parent, "clone", "--quiet", "--", origin, folder.name, timeout_s=NETWORK_S)
    if not Repo(folder).find("HEAD"):
        raise GitError(f"{origin} has no commit yet; push one first")
    return Repo(folder).branch()


def unmerged(clone: Path, branch: str) -> list[str]:
    """Work in a clone and its worktrees that `origin/branch` does not have, one line each."""
    found: list[str] = []
    for line in Repo(clone).ask("worktree", "list", "--porcelain").splitlines():
        path = Path(line.removeprefix("worktree "))
        if line.startswith("worktree ") and path.is_dir() and Repo(path).status():
            found.append(f"{path}: changes that are not committed")
    ahead = Repo(clone).ask("log", "--oneline", "--branches", "--not", f"origin/{branch}")
    return found + [f"{clone}: {line}" for line in ahead.splitlines()]
