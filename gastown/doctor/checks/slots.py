"""slots: names of the pool that a closed or deleted bead still holds, and beads that hold two."""

from collections.abc import Iterator

from gastown.beads.bead import CLOSED
from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.rescue import save
from gastown.doctor.scene import Rig, Scene
from gastown.errors import ConfigError
from gastown.rigs.git import Repo
from gastown.rigs.slots import Slot, retire, slot_of, slots

NAME = "slots"


def _look(scene: Scene) -> Iterator[Ailment]:
    for rig in scene.rigs:
        try:
            held = slots(rig.layout)
        except ConfigError as error:
            said = Finding(check=NAME, subject=rig.name, said=str(error), severity="error")
            yield Ailment(said)
            continue
        yield from _of(scene, rig, held)


def _of(scene: Scene, rig: Rig, held: tuple[Slot, ...]) -> Iterator[Ailment]:
    names: dict[str, str] = {}
    for slot in held:
        subject = f"{rig.name}/{slot.name}"
        first = names.setdefault(slot.bead, slot.name)
        if first != slot.name:
            said = f"{slot.bead} holds it and {first} too"
            advice = f"look which of the two has its work, then remove the other's {slot.name}.json"
            finding = Finding(check=NAME, subject=subject, said=said, severity="error")
            yield Ailment(finding.model_copy(update={"advice": advice}))
        elif scene.is_gone(slot.bead):
            yield _given_up(scene, rig, slot, subject)


def _given_up(scene: Scene, rig: Rig, slot: Slot, subject: str) -> Ailment:
    bead = scene.beads.get(slot.bead)
    what = "closed" if bead is not None and bead.status == CLOSED else "not in the ledger"
    finding = Finding(
        check=NAME,
        subject=subject,
        said=f"is held by {slot.bead}, which is {what}",
        mend=f"keep under refs/rescue what {slot.branch} has and main lacks, then free the name",
    )
    return Ailment(finding, lambda: _freed(rig, slot, known=bead is not None))


def _freed(rig: Rig, slot: Slot, *, known: bool) -> str:
    if slot_of(rig.layout, slot.bead) != slot:
        return ""
    repo, worktree = Repo(rig.layout.canonical), rig.layout.polecat(slot.name)
    bead = slot.bead if known else ""
    ref = save(repo, slot.branch, rig.target, worktree=worktree, bead=bead)
    retire(rig.layout, slot.bead)
    return f"{slot.name} is free" + (f"; its work is {ref}" if ref else "")


CHECK = Check(NAME, "names of Polecats that a closed or deleted bead holds", _look)
