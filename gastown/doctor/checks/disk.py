"""disk: room on the disks of the town and of temporary files; git and SQLite need it to commit."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene

NAME = "disk"
LEAST = 2**30
"""Bytes: a worktree, a build and a log of several rigs fit into a GiB; below it nothing is sure."""


def full(folder: Path, free: Callable[[Path], int]) -> Finding | None:
    """What is wrong with the room on a folder's disk."""
    left = free(folder)
    if left >= LEAST:
        return None
    return Finding(
        check=NAME,
        subject=str(folder),
        said=f"{left / 2**20:,.0f} MiB are free on its disk; {LEAST / 2**20:,.0f} should be",
        severity="error",
        advice="free some: old builds/, models, logs; town backup thin",
    )


def free_bytes(folder: Path) -> int:
    """What is free on a folder's disk for this user."""
    return shutil.disk_usage(folder).free


def _look(scene: Scene) -> Iterator[Ailment]:
    for folder in (scene.town.root, Path(tempfile.gettempdir())):
        if finding := full(folder, free_bytes):
            yield Ailment(finding)


CHECK = Check(NAME, "room on the disk", _look)
