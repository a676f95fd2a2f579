"""rebase: put what is checked out on top of another commit, or say where it conflicts."""

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
    if not status:
        return None
    files = repo.lines("diff", "--name-only", "--diff-filter=U", "-z")
    text = printable(repo.run("diff", "--no-ext-diff", "--no-textconv", "--no-color")[1])
    repo.run("rebase", "--abort", may_fail=(1, 128))
    if not files:
        raise GitError(f"{repo.path}: rebase onto {onto} failed: {said.strip() or 'no reason'}")
    cut = "\n… cut" * (len(text) > TEXT_CHARS)
    return Conflict(tuple(files), text[:TEXT_CHARS] + cut)
