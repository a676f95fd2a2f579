"""unmerged: work that would be lost with a clone."""

from pathlib import Path

from gastown.rigs.git import Repo


def unmerged(clone: Path, branch: str) -> list[str]:
    """Work in a clone and its worktrees that `origin/branch` does not have, one line each."""
    found: list[str] = []
    for line in Repo(clone).ask("worktree", "list", "--porcelain").splitlines():
        path = Path(line.removeprefix("worktree "))
        if line.startswith("worktree ") and path.is_dir() and Repo(path).status():
            found.append(f"{path}: changes that are not committed")
    ahead = Repo(clone).ask("log", "--oneline", "--branches", "--not", f"origin/{branch}")
    return found + [f"{clone}: {line}" for line in ahead.splitlines()]
