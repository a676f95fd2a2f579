"""Lock files that a killed git left behind; git itself never removes them."""

import time
from contextlib import suppress
from pathlib import Path

PATIENCE_S = 2.0  # git holds these for milliseconds; only a checkout of many files takes longer
_POLL_S = 0.05


def clear_stale_locks(git_dir: Path, common: Path, *, patience_s: float = PATIENCE_S) -> list[Path]:
    """Remove lock files of dead gits; one that is younger than `patience_s` is waited for first.

    Args:
        git_dir: The worktree's own record, where no other process of ours may be at work.
        common: The repository that all worktrees share.
        patience_s: Age in seconds from which a lock file is taken for dead.

    Returns:
        What was removed.
    """
    locks = {git_dir / "index.lock", git_dir / "HEAD.lock", common / "packed-refs.lock"}
    locks |= {common / "config.lock", *common.glob("refs/**/*.lock")}
    return [lock for lock in sorted(locks) if _cleared(lock, patience_s)]


def _cleared(lock: Path, patience_s: float) -> bool:
    with suppress(FileNotFoundError):
        while time.time() - lock.stat().st_mtime < patience_s:
            time.sleep(_POLL_S)
        lock.unlink()
        return True
    return False
