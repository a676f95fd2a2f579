"""clash: two lines of commits in one commit, with what conflicts as git marks it."""

from gastown.errors import GitError
from gastown.rigs.command import git
from gastown.rigs.commit import as_message
from gastown.rigs.git import Repo

_MARKS = "^(<{7}|>{7}) "


def merge_as_it_is(repo: Repo, ref: str, message: str, author: str) -> tuple[str, ...]:
    """Merge `ref` into what is checked out, and commit it; the files in which they conflict.

    There is a commit in any case, even where nothing was to be merged. Changes that were not
    committed are lost. Cut short, it leaves HEAD where it was.

    Raises:
        GitError: It failed for another reason than a conflict.
    """
    repo.discard()
    args = ("merge", "--quiet", "--no-ff", "--no-commit", "--no-stat", repo.rev(ref))
    status, said = repo.run(*args, author=author, may_fail=(1,))
    files = repo.lines("diff", "--name-only", "--diff-filter=U", "-z")
    if status and not files:
        repo.discard()
        raise GitError(f"{repo.path}: merge of {ref} failed: {said.strip() or 'no reason'}")
    repo.stage()
    commit = ("commit", "--quiet", "--allow-empty", "--file=-")
    git(repo.path, *commit, author=author, stdin=as_message(message))
    return tuple(files)


def marked(repo: Repo, rev: str = "") -> set[str]:
    """Text files with a line that begins as a conflict's, of a commit or of the working tree."""
    at = (repo.rev(rev),) if rev else ()
    args = ("grep", "--no-color", "-I", "-l", "-z", "-E", "-e", _MARKS, *at, "--")
    status, out = repo.run(*args, may_fail=(1,))
    found = [] if status else [name for name in out.split("\0") if name]
    return {name.partition(":")[2] if rev else name for name in found}
