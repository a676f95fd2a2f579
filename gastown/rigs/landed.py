"""landed_as: whether a target has a branch's work already, also under other commit ids."""

from collections.abc import Iterable

from gastown.rigs.diff import diff
from gastown.rigs.git import Repo

TRAILER = "bead"

Change = frozenset[tuple[object, ...]]


def landed_as(repo: Repo, tip: str, target: str, bead: str) -> str | None:
    """The target's newest commit that carries the work of `tip`; None when some is missing.

    A rebase gives commits new ids, and a push may be followed by a crash before anyone wrote it
    down. So a commit counts as landed when the target holds one with the bead's trailer and the
    same change: the same lines removed and added in the same files, wherever they stand there.
    """
    if repo.is_ancestor(tip, target):
        return tip
    base = repo.merge_base(tip, target)
    there = {
        _change(repo, commit.id): commit.id
        for commit in reversed(repo.log(f"{base}..{target}"))
        if (TRAILER, bead) in commit.trailers
    }
    if not there:
        return None
    changes = (_change(repo, commit.id) for commit in repo.log(f"{base}..{tip}"))
    wanted = [change for change in changes if change]
    if not wanted or not all(change in there for change in wanted):
        return None
    return _newest(repo, (there[change] for change in wanted))


def _change(repo: Repo, commit: str) -> Change:
    return frozenset(
        (
            change.path, change.new_mode, change.old_mode,
            tuple(text for _, text in change.removed),
            tuple(text for _, text in change.added),
        )
        for change in diff(repo.path, f"{commit}^", commit)
    )  # fmt: skip


def _newest(repo: Repo, commits: Iterable[str]) -> str:
    newest = ""
    for commit in commits:
        if not newest or repo.is_ancestor(newest, commit):
            newest = commit
    return newest
