"""branches: those that the town made, whose bead has no slot or whose convoy is closed.

Branches of other names are people's. A branch that is checked out is its worktree's affair.
"""

import re
from collections.abc import Iterator
from functools import partial

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.rescue import save, unsaved
from gastown.doctor.scene import Rig, Scene
from gastown.rigs.git import Repo
from gastown.rigs.slots import slots
from gastown.rigs.worktree import list_worktrees

NAME = "branches"
_OF_CONVOY = re.compile(
    r"(?:convoy|librarian|formula|integration)/(?P<one>[^/]+)|duty/(?P<many>[^/]+)/[^/]+"
)


def _look(scene: Scene) -> Iterator[Ailment]:
    for rig in scene.rigs:
        repo = Repo(rig.layout.canonical)
        kept = {tree.branch for tree in list_worktrees(rig.layout)}
        kept |= {slot.branch for slot in slots(rig.layout)}
        for branch in _local(repo):
            if branch not in kept and (why := _nobodys(scene, branch)):
                if branch.startswith("formula/") and not unsaved(repo, branch, rig.target):
                    continue  # handed over to origin, where a person merges it
                yield _stale(rig, branch, why)
        yield from _at_origin(scene, rig, repo)


def _local(repo: Repo) -> list[str]:
    return repo.ask("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").split()


def _nobodys(scene: Scene, branch: str) -> str:
    """Why a branch is nobody's; nothing where it is somebody's, or no branch of the town's."""
    if branch.startswith("polecat/"):
        bead, held = branch.rpartition("/")[2], (one.replace(".", "-") for one in scene.in_hand)
        return "" if bead in held else "its bead holds no slot"
    found = _OF_CONVOY.fullmatch(branch)
    convoy = found and (found["one"] or found["many"])
    return f"{convoy} is over" if convoy and scene.is_gone(convoy) else ""


def _stale(rig: Rig, branch: str, why: str) -> Ailment:
    finding = Finding(
        check=NAME,
        subject=f"{rig.name}/{branch}",
        said=f"is nobody's: {why}",
        mend="keep under refs/rescue what it has and main lacks, then delete it",
    )
    return Ailment(finding, lambda: _deleted(rig, branch))


def _deleted(rig: Rig, branch: str) -> str:
    repo = Repo(rig.layout.canonical)
    if not repo.branch_exists(branch):
        return ""
    ref = save(repo, branch, rig.target)
    repo.delete_branch(branch)
    return "deleted" + (f"; its work is {ref}" if ref else "")


def _at_origin(scene: Scene, rig: Rig, repo: Repo) -> Iterator[Ailment]:
    """Branches that carry a convoy's tests, or its work until it lands, when it is over.

    Work that is not on main by then is no affair of this check, see `unmerged`.
    """
    for prefix, what in (("convoy", "tests alone"), ("integration", "what is on main now")):
        where = f"refs/remotes/origin/{prefix}/"
        for convoy in repo.ask("for-each-ref", "--format=%(refname:lstrip=4)", where).split():
            if convoy not in scene.convoys or not scene.is_gone(convoy):
                continue  # another town's, or under way
            if prefix == "integration" and not repo.is_ancestor(f"{where}{convoy}", rig.target):
                continue
            branch = f"{prefix}/{convoy}"
            finding = Finding(
                check=NAME,
                subject=f"{rig.name}/origin/{branch}",
                said=f"is still at origin, though {convoy} is over",
                mend=f"delete it at origin; it carried {what}",
            )
            yield Ailment(finding, partial(_deleted_at_origin, repo, branch))


def _deleted_at_origin(repo: Repo, branch: str) -> str:
    repo.delete_at_origin(branch)
    gone = repo.find(f"refs/remotes/origin/{branch}") is None
    return "deleted at origin" if gone else "origin keeps it"


CHECK = Check(NAME, "branches of the town whose bead or convoy is over", _look)
