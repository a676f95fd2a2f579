"""rescue: work that is not on main is kept under `refs/rescue/` before what held it is removed.

Such a ref is in the rig's own clone. Git never deletes it by itself, a fetch does not touch it, and
a branch from it is made with `git branch NAME REF`.
"""

from pathlib import Path

from gastown.errors import GitError
from gastown.rigs.clone import TOWN
from gastown.rigs.git import Repo
from gastown.rigs.landed import landed_as
from gastown.rigs.traces import ahead

RESCUE = "refs/rescue"


def unsaved(repo: Repo, branch: str, target: str, bead: str = "") -> int:
    """How many commits of a local branch would be lost with it; its Defender's tests do not count.

    Args:
        repo: The rig's canonical clone.
        branch: The branch.
        target: The ref that work is merged into.
        bead: Whose work it is, which the target may have under other commit ids.
    """
    lacking = ahead(repo, branch, target)
    if not lacking or _held_elsewhere(repo, branch):
        return 0
    if bead and landed_as(repo, repo.rev(f"refs/heads/{branch}"), repo.rev(target), bead):
        return 0
    return len(lacking)


def uncommitted(worktree: Path) -> list[str]:
    """Files of a worktree that no commit has; none where there is no worktree."""
    return Repo(worktree).status() if (worktree / ".git").exists() else []


def keep_changes(worktree: Path, branch: str) -> None:
    """Commit what a worktree that is about to go holds, so that its branch has it.

    Raises GitError where git will not take it.
    """
    if uncommitted(worktree):
        repo = Repo(worktree)
        commit = repo.commit_all(f"Rescue: what lay in {worktree.name}, not committed", TOWN)
        if repo.branch() != branch:  # in the middle of a rebase, which goes with the worktree
            keep(repo, branch, commit)


def keep(repo: Repo, branch: str, tip: str = "") -> str:
    """Put a ref on a branch's tip, or on another commit of it; the ref. Twice is once."""
    commit = tip or repo.rev(f"refs/heads/{branch}")
    ref = f"{RESCUE}/{branch}/{commit[:10]}"
    repo.run("update-ref", ref, commit)
    return ref


def rescued(repo: Repo) -> list[str]:
    """Every ref of work that was kept."""
    return repo.ask("for-each-ref", "--format=%(refname)", RESCUE).split()


def save(
    repo: Repo, branch: str, target: str, *, worktree: Path | None = None, bead: str = ""
) -> str:
    """Keep what would be lost with a branch and its worktree; the ref, empty if nothing would.

    Raises GitError where it cannot be kept; nothing may be removed then.
    """
    if not repo.branch_exists(branch):
        return ""
    if worktree is not None:
        keep_changes(worktree, branch)
    if not unsaved(repo, branch, target, bead):
        return ""
    ref = keep(repo, branch)
    if repo.find(ref) != repo.rev(f"refs/heads/{branch}"):
        raise GitError(f"{repo.path}: {ref} was not made; nothing is removed")
    return ref


def _held_elsewhere(repo: Repo, branch: str) -> bool:
    """Whether origin, as last seen, or another rescue ref has all of it."""
    refs = ("--contains", repo.rev(f"refs/heads/{branch}"), "refs/remotes", RESCUE)
    return bool(repo.ask("for-each-ref", "--format=%(refname)", *refs))
