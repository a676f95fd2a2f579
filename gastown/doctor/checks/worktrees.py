"""worktrees: those in a rig's folders that belong to no slot, no open convoy and no living process.

A worktree that a person made elsewhere is theirs, and so is everything under `crew/`.
"""

from collections.abc import Iterator
from pathlib import Path

from gastown.beads.bead import CLOSED
from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.rescue import save
from gastown.doctor.scene import Rig, Scene
from gastown.rigs.git import Repo
from gastown.rigs.slots import slots
from gastown.rigs.worktree import Worktree, is_used, list_worktrees, remove_unused

NAME = "worktrees"
_FOLDERS = ("polecats", "defender", "checks")


def _look(scene: Scene) -> Iterator[Ailment]:
    for rig in scene.rigs:
        wanted = {rig.layout.polecat(slot.name) for slot in slots(rig.layout)}
        for tree in _theirs(rig):
            if tree.path not in wanted and not _is_wanted(scene, rig, tree.path):
                yield _orphan(rig, tree)


def _theirs(rig: Rig) -> Iterator[Worktree]:
    """Worktrees in the folders where the town makes them, and folders there that git lost."""
    root = rig.layout.root.resolve()
    known: set[Path] = set()
    for tree in list_worktrees(rig.layout):
        place = tree.path.parent
        if place.parent == root and place.name in _FOLDERS:
            known.add(tree.path)
            yield Worktree(rig.layout.root / place.name / tree.path.name, *_rest(tree))
    for folder in _FOLDERS:
        for path in sorted((rig.layout.root / folder).glob("[!.]*")):
            if path.is_dir() and root / folder / path.name not in known:
                yield Worktree(path, "", "", "")


def _rest(tree: Worktree) -> tuple[str, str, str]:
    return tree.head, tree.branch, tree.locked


def _is_wanted(scene: Scene, rig: Rig, path: Path) -> bool:
    if path.parent == rig.layout.polecat("x").parent:
        return False
    if is_used(path):
        return True
    return any(_is_of(path.name, convoy) for convoy in _alive(scene))


def _alive(scene: Scene) -> Iterator[str]:
    for convoy, bead in scene.convoys.items():
        if bead.status != CLOSED or convoy in scene.in_hand:
            yield convoy


def _is_of(name: str, convoy: str) -> bool:
    """Whether a folder's name has the convoy's id as one of its parts."""
    return f"-{convoy}-" in f"-{name}-"


def _orphan(rig: Rig, tree: Worktree) -> Ailment:
    there = tree.path.is_dir()
    finding = Finding(
        check=NAME,
        subject=f"{rig.name}/{tree.path.parent.name}/{tree.path.name}",
        said="is a worktree of no slot, convoy or process" if there else "is on record, and gone",
        mend="keep under refs/rescue what its branch has and main lacks, then remove it"
        if tree.branch
        else "remove it; it only showed a commit",
    )
    return Ailment(finding, lambda: _removed(rig, tree))


def _removed(rig: Rig, tree: Worktree) -> str:
    taken = {rig.layout.polecat(slot.name) for slot in slots(rig.layout)}
    if tree.path in taken or is_used(tree.path):  # somebody took the name meanwhile
        return ""
    repo = Repo(rig.layout.canonical)
    ref = save(repo, tree.branch, rig.target, worktree=tree.path) if tree.branch else ""
    gone = remove_unused(rig.layout, tree.path)
    return ("removed" + (f"; its work is {ref}" if ref else "")) if gone else ""


CHECK = Check(NAME, "worktrees of no slot, no open convoy and no living process", _look)
