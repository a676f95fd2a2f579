"""landed_as: whether a target has a branch's work already, also under other commit ids."""

from collections.abc import Iterable

from gastown.rigs.commit import Commit
from gastown.rigs.diff import diff
from gastown.rigs.git import Repo

TRAILER = "bead"
STAGE, TESTS = "stage", "defender"  # tests alone are not the bead's work

Change = frozenset[tuple[object, ...]]


def landed_as(repo: Repo, tip: str, target: str, bead: str) -> str | None:
    """The target's newest commit of a bead's work, when it has all that `tip` holds; else None.

    A rebase gives commits new ids, and a push may be followed by a crash before anyone wrote it
    down. So a commit counts as landed when the target holds one with the bead's trailer and the
    same change: the same lines removed and added in the same files, wherever they stand there.

    A branch with nothing of the bead's, or with its tests alone, has landed only if the target
    holds work on the bead that is not its Defender's, and holds it since the branch left.

    Args:
        repo: The rig's canonical clone.
        tip: The branch's commit; a name does too.
        target: The commit, or name, that it may have landed on.
        bead: Id of the bead whose branch it is.

    Raises:
        GitError: Git knows no such commit, or the two have no common history.
    """
    base = repo.merge_base(tip, target)
    commits = [commit for commit in repo.log(f"{base}..{target}") if _of(commit, bead)]
    if base == repo.rev(tip):
        return _newest([*commits, *repo.log(f"{base}^!")], bead)
    there = {change_of(repo, commit.id) for commit in commits}
    wanted = {change_of(repo, commit.id) for commit in repo.log(f"{base}..{tip}")}
    return _newest(commits, bead) if wanted - {frozenset()} <= there else None


def _of(commit: Commit, bead: str) -> bool:
    return (TRAILER, bead) in commit.trailers


def _newest(commits: Iterable[Commit], bead: str) -> str | None:
    """The first of these commits, newest first, that is work on the bead and not its tests."""
    for commit in commits:
        stage = dict(commit.trailers).get(STAGE, "")
        if _of(commit, bead) and stage.partition(" ")[0] != TESTS:
            return commit.id
    return None


def change_of(repo: Repo, commit: str) -> Change:
    """What a commit removes and adds in which files, wherever it stands there."""
    return frozenset(
        (
            change.path, change.new_mode, change.old_mode,
            tuple(text for _, text in change.removed),
            tuple(text for _, text in change.added),
        )
        for change in diff(repo.path, f"{commit}^", commit)
    )  # fmt: skip
