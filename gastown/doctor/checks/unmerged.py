"""unmerged: work of beads and convoys that are closed, which neither main nor another ref has."""

from collections.abc import Iterator

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.rescue import keep, keep_changes, uncommitted, unsaved
from gastown.doctor.scene import Rig, Scene
from gastown.rigs.git import Repo
from gastown.rigs.slots import Slot, slots

NAME = "unmerged"


def _look(scene: Scene) -> Iterator[Ailment]:
    for rig in scene.rigs:
        repo = Repo(rig.layout.canonical)
        for slot in slots(rig.layout):
            if scene.is_gone(slot.bead) and repo.branch_exists(slot.branch):
                yield from _of(rig, repo, slot)
        yield from _not_brought_home(scene, rig, repo)


def _not_brought_home(scene: Scene, rig: Rig, repo: Repo) -> Iterator[Ailment]:
    """Branches at origin on which a convoy came together that is over, and main lacks it."""
    where = "refs/remotes/origin/integration/"
    for convoy in repo.ask("for-each-ref", "--format=%(refname:lstrip=4)", where).split():
        if convoy not in scene.convoys or not scene.is_gone(convoy):
            continue
        lacking = repo.ask("rev-list", "--count", f"{rig.target}..{where}{convoy}", "--")
        if lacking != "0":
            finding = Finding(
                check=NAME,
                subject=f"{rig.name}/origin/integration/{convoy}",
                said=f"has commits that are not on main ({lacking}), though {convoy} is closed",
                severity="error",
                advice="merge it at origin, or delete it there; it is safe as long as it stands",
            )
            yield Ailment(finding)


def _of(rig: Rig, repo: Repo, slot: Slot) -> Iterator[Ailment]:
    lacking = unsaved(repo, slot.branch, rig.target, slot.bead)
    changes = len(uncommitted(rig.layout.polecat(slot.name)))
    if not lacking and not changes:
        return
    parts = [f"commits that are not on main ({lacking})"] * bool(lacking)
    parts += [f"files that are not committed ({changes})"] * bool(changes)
    finding = Finding(
        check=NAME,
        subject=f"{rig.name}/{slot.branch}",
        said=f"has {' and '.join(parts)}, though {slot.bead} is closed",
        severity="error",
        mend="keep it under refs/rescue; whether it is wanted, a person decides",
    )
    yield Ailment(finding, lambda: _kept(rig, repo, slot))


def _kept(rig: Rig, repo: Repo, slot: Slot) -> str:
    if not repo.branch_exists(slot.branch):
        return ""
    keep_changes(rig.layout.polecat(slot.name), slot.branch)
    if not unsaved(repo, slot.branch, rig.target, slot.bead):
        return ""
    return f"kept as {keep(repo, slot.branch)}"


CHECK = Check(NAME, "finished work that never came to main", _look)
