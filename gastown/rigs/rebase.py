"""rebase, merge_in: bring two lines of commits together, or say where they conflict."""

from dataclasses import dataclass

from gastown.errors import GitError
from gastown.rigs.git import Repo
from gastown.rigs.text import printable

TEXT_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class Conflict:
    """Files that both sides changed, and the clashing hunks, cut to what a model can read."""

    files: tuple[str, ...]
    text: str


def rebase(repo: Repo, onto: str, author: str) -> Conflict | None:
    """Rebase the detached HEAD; on a conflict it is as before.

    Commits whose change `onto` has already are dropped.

    Raises:
        GitError: It failed for another reason.
    """
    status, said = repo.run(
        "rebase", "--quiet", "--no-stat", "--no-autosquash", "--no-autostash", "--no-fork-point",
        "--empty=drop", onto, author=author, may_fail=(1,),
    )  # fmt: skip
    return _conflict(repo, "rebase", f"onto {onto}", said) if status else None


def merge_in(repo: Repo, commit: str, message: str, author: str) -> Conflict | None:
    """Merge a commit into the detached HEAD, its ids kept; on a conflict it is as before.

    Raises:
        GitError: It failed for another reason.
    """
    status, said = repo.run(
        "merge", "--quiet", "--no-ff", "--no-stat", "-m", message, repo.rev(commit),
        author=author, may_fail=(1,),
    )  # fmt: skip
    return _conflict(repo, "merge", f"of {commit}", said) if status else None


def _conflict(repo: Repo, verb: str, what: str, said: str) -> Conflict:
    files = repo.lines("diff", "--name-only", "--diff-filter=U", "-z")
    text = printable(repo.run("diff", "--no-ext-diff", "--no-textconv", "--no-color")[1])
    repo.run(verb, "--abort", may_fail=(1, 128))
    if not files:
        raise GitError(f"{repo.path}: {verb} {what} failed: {said.strip() or 'no reason'}")
    cut = "\n… cut" * (len(text) > TEXT_CHARS)
    return Conflict(tuple(files), text[:TEXT_CHARS] + cut)
