"""tools: git of an age that does what the town asks of it, and a jail for agents' commands."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from gastown.agents.jail import find_jail
from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene
from gastown.errors import GitError, JailError
from gastown.rigs.command import git

NAME = "tools"
GIT = (2, 36)
"""The first one that lists worktrees with NULs, whatever their folders are called."""
_VERSION = re.compile(r"git version (\d+)\.(\d+)")


def old_git(said: str) -> Finding | None:
    """What is wrong with a git that says this of its version."""
    found = _VERSION.match(said)
    if found and (int(found[1]), int(found[2])) >= GIT:
        return None
    return Finding(
        check=NAME,
        subject="git",
        said=f"{said.strip() or 'tells no version'}; the town needs {GIT[0]}.{GIT[1]} or later",
        severity="error",
        advice="install a newer git",
    )


def _look(scene: Scene) -> Iterator[Ailment]:
    if finding := old_git(_git_version()):
        yield Ailment(finding)
    setting = scene.town.config.machine.jail
    try:
        find_jail(setting)
    except JailError as error:
        finding = Finding(check=NAME, subject="jail", said=str(error), severity="error")
        yield Ailment(finding)


def _git_version() -> str:
    try:
        return git(Path(tempfile.gettempdir()), "--version")[1]
    except (GitError, OSError) as error:
        return f"git cannot be run: {error}"


CHECK = Check(NAME, "git and the jail", _look)
