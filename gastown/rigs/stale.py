"""Lock files that a killed git left behind; git itself never removes them."""

import time
from contextlib import suppress
from pathlib import Path

PATIENCE_S = 2.0  # git holds these for milliseconds; only a checkout of many files takes longer
OURS = "gastown.lock"  # in the common folder; never a git's
_ALL_OURS = "gastown*.lock"  # others of ours lie beside it, each for a work of its own
_POLL_S = 0.05
_PLACES = ("refs/**/*.lock", "logs/**/*.lock", "objects/*.lock", "objects/info/**/*.lock")


def clear_stale_locks(git_dir: Path, common: Path, *, patience_s: float = PATIENCE_S) -> list[Path]:
    """Remove lock files of dead gits; one that is younger than `patience_s` is waited for first.

    Whoever calls this holds the clone's lock (`Repo.shared`), so that of what it guards (fetches,
    pushes, worktrees) no other git of ours is at work. Ours outside it hold theirs for
    milliseconds, far less than `patience_s`.

    Args:
        git_dir: The worktree's own record, where no other process of ours may be at work.
        common: The repository that all worktrees share.
        patience_s: Age in seconds from which a lock file is taken for dead.

    Returns:
        What was removed.
    """
    return [lock for lock in lock_files(git_dir, common) if _cleared(lock, patience_s)]


def lock_files(git_dir: Path, common: Path) -> list[Path]:
    """Lock files of gits in a worktree's own record and in the repository, of dead or living."""
    locks = {*git_dir.glob("*.lock"), *common.glob("*.lock")} - {*common.glob(_ALL_OURS)}
    return sorted(locks | {lock for place in _PLACES for lock in common.glob(place)})


def _cleared(lock: Path, patience_s: float) -> bool:
    """Remove it once it is old, or was seen unchanged for so long: clocks are set back too."""
    with suppress(FileNotFoundError):
        seen, since = lock.stat(), time.monotonic()
        while time.time() - seen.st_mtime < patience_s > time.monotonic() - since:
            time.sleep(_POLL_S)
            now = lock.stat()
            if (now.st_ino, now.st_mtime_ns) != (seen.st_ino, seen.st_mtime_ns):
                seen, since = now, time.monotonic()
        lock.unlink()
        return True
    return False
