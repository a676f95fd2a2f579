"""Ground: the state of a worktree that a session finds: what is committed, what is changed."""

from pathlib import Path

from gastown.agents.prose import one_line
from gastown.errors import GitError
from gastown.rigs.git import Repo

_MOST, _LINE = 30, 120


def ground_text(worktree: Path, main: str) -> str:
    """Commits since `main`, and files that are changed and not committed.

    Empty for a folder that is no worktree, or in which nothing was done yet.
    """
    if not (worktree / ".git").exists():
        return ""
    repo = Repo(worktree)
    try:
        commits = repo.log(f"{main}..HEAD")
        changed = repo.status()
    except GitError as error:
        return f"git says nothing of it: {one_line(str(error), _LINE * 2)}"
    lines: list[str] = []
    if commits:
        said = [f"- {one.id[:10]} {one_line(one.subject, _LINE)}" for one in commits]
        lines += [f"Commits on top of {main}, the newest first:", *_few(said)]
    if changed:
        lines += ["Changed and not committed:", *_few([f"- {file}" for file in changed])]
    return "\n".join(lines)


def _few(lines: list[str]) -> list[str]:
    more = len(lines) - _MOST
    return [*lines[:_MOST], f"- … and {more} more"] if more > 0 else lines
