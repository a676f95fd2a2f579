"""godot_faults: the faults of a rig's Godot files, judged together as the project that they are."""

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from pathlib import Path

from gastown.agents.globs import matches
from gastown.rigs.guard.finding import Fault
from gastown.rigs.guard.names import NEWEST, GodotNames, godot_names
from gastown.rigs.guard.project import MAX_BYTES, read_project
from gastown.rigs.guard.scene import SCENES, check_scene
from gastown.rigs.guard.script import MOST, check_script

GODOT = (".gd", *SCENES)
VENDORED = ("**/addons/**", "**/.addons/**", "**/.godot/**")
"""Other people's code: its names count as known, and nobody here is asked to mend it."""

_FEATURES = re.compile(r'^config/features=PackedStringArray\("(4\.\d+)"', re.MULTILINE)


def godot_faults(
    worktree: Path,
    files: Iterable[str],
    names: GodotNames | None = None,
    lines: Mapping[str, Collection[int]] | None = None,
) -> list[Fault]:
    """The faults of these files, paths from the worktree's root; those that are gone have none.

    `names` are those of the engine that the project says it is made for, unless given; of scripts
    only `lines` are judged where these are given.
    """
    mine = [file for file in files if file.endswith(GODOT) and not matches(file, VENDORED)]
    if not mine:
        return []
    project = read_project(worktree, names or godot_names(made_for(worktree)))
    found: list[Fault] = []
    for file in mine:
        path = worktree / file
        if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_BYTES:
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if file.endswith(".gd"):
            found += check_script(file, text, project, lines[file] if lines else None)
        else:
            found += islice(check_scene(file, text, project), MOST)
    return found


def made_for(worktree: Path) -> str:
    """The engine's version that `project.godot` names, the newest known one where none does."""
    for file in sorted((*worktree.glob("project.godot"), *worktree.glob("*/project.godot"))):
        found = _FEATURES.search(file.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found[1]
    return NEWEST
