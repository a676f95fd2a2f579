"""receiving: whether an origin on this machine takes pushes to a branch, asked beforehand."""

from pathlib import Path

from gastown.errors import GitError
from gastown.rigs.git import Repo

_TAKES = {"ignore", "warn", "updateInstead", "false"}


def check_receives(origin: str, branch: str) -> None:
    """Raise GitError when `origin` is a working copy here that has `branch` checked out.

    git keeps such a branch from being pushed to, unless `receive.denyCurrentBranch` says otherwise.
    An origin elsewhere is not asked: only its own rules know, and they answer at the push.
    """
    folder = Path(origin)
    if not folder.is_dir():
        return
    repo = Repo(folder)
    if repo.ask("rev-parse", "--is-bare-repository") == "true" or repo.branch() != branch:
        return
    if repo.run("config", "--get", "receive.denyCurrentBranch", may_fail=(1,))[1].strip() in _TAKES:
        return
    raise GitError(
        f"{folder} has {branch} checked out, so git refuses pushes to it; make a bare clone and "
        f"give that one: git clone --bare {folder} {folder}.git"
    )
