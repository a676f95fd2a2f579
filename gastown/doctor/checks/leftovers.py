"""leftovers: drafts and trash of killed processes, and lock files of killed gits."""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import psutil

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Rig, Scene
from gastown.rigs.git import Repo
from gastown.rigs.stale import clear_stale_locks, lock_files
from gastown.rigs.worktree import TRASH

NAME = "leftovers"
OLD = timedelta(minutes=10)
"""Whoever works on a draft is through with it long before."""
_PID = re.compile(r"\.(\d+)$")


def _look(scene: Scene) -> Iterator[Ailment]:
    for path in _drafts(scene):
        if _is_left(scene, path):
            finding = Finding(
                check=NAME,
                subject=str(path.relative_to(scene.town.root)),
                said="is half of something that a killed process made or removed",
                mend="remove it",
            )
            yield Ailment(finding, partial(_removed, scene, path))
    for rig in scene.rigs:
        yield from _locks(scene, rig)


def _drafts(scene: Scene) -> Iterator[Path]:
    layout = scene.town.layout
    yield from layout.beads.glob(".making.*")
    yield from layout.beads.glob(".issues.jsonl.*")
    yield from layout.root.glob(".town.toml.*")
    yield from layout.state.glob("*.new")
    yield from (layout.state / "models").glob("*.new")
    for name in scene.town.config.rigs:
        rig = layout.rig(name)
        for folder in ("polecats", "defender", "checks", "refinery"):
            yield from (rig.root / folder).glob(f"{TRASH}*")
        yield from (rig.root / "polecats").glob(".*.json.*")
        yield from (rig.root / "checks").glob(".*.user.new")
        yield from rig.queue.glob(".mr-*.json.*")
        yield from rig.canonical.parent.glob(".rig.*")
        yield from rig.beads.glob(".issues.jsonl.*")


def _is_left(scene: Scene, path: Path) -> bool:
    """Whether it is old, and no living process has its pid in its name."""
    try:
        age = scene.now.timestamp() - path.stat().st_mtime
    except FileNotFoundError:
        return False
    found = _PID.search(path.name)
    owner = int(found[1]) if found else 0
    return age > OLD.total_seconds() and not (owner and psutil.pid_exists(owner))


def _removed(scene: Scene, path: Path) -> str:
    if not _is_left(scene, path):
        return ""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
    return "removed"


def _locks(scene: Scene, rig: Rig) -> Iterator[Ailment]:
    repo = Repo(rig.layout.canonical)
    old = [path for path in lock_files(*repo.folders()) if _is_left(scene, path)]
    if old:
        names = ", ".join(sorted(path.name for path in old))
        finding = Finding(
            check=NAME,
            subject=f"{rig.name}/{names}",
            said="is a lock of a git that was killed; others stop at it",
            mend="remove it, when no git of the town is at work in the clone",
        )
        yield Ailment(finding, partial(_unlocked, repo))


def _unlocked(repo: Repo) -> str:
    with repo.shared():
        gone = clear_stale_locks(*repo.folders())
    return "removed" if gone else ""


CHECK = Check(NAME, "drafts, trash and locks of killed processes", _look)
