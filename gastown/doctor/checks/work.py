"""work: beads in progress that nobody works on: no claim, no slot, no person's name."""

from collections.abc import Iterator

from gastown.beads.bead import IN_PROGRESS, OPEN, Bead
from gastown.beads.readiness import NEVER_READY
from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene
from gastown.rigs.slots import slots

NAME = "work"


def _look(scene: Scene) -> Iterator[Ailment]:
    held = {slot.bead for rig in scene.rigs for slot in slots(rig.layout)}
    for bead in scene.beads.values():
        if bead.status != IN_PROGRESS or bead.issue_type in NEVER_READY:
            continue
        if bead.id in held or bead.id in scene.in_hand:
            continue
        if _is_persons(scene, bead) or scene.claim_of(bead.id) is not None:
            continue
        yield _ailment(scene, bead)


def _is_persons(scene: Scene, bead: Bead) -> bool:
    """Whether somebody has it who is no Polecat: a person says when they are done."""
    rig = bead.assignee.partition("/")[0]
    return bool(bead.assignee) and not ("/" in bead.assignee and rig in scene.town.config.rigs)


def _ailment(scene: Scene, bead: Bead) -> Ailment:
    whose = f"{bead.assignee} has it, but no slot" if bead.assignee else "nobody has it"
    finding = Finding(
        check=NAME,
        subject=bead.id,
        said=f"is in progress, and {whose}",
        mend="open it again, for nobody in particular",
    )
    return Ailment(finding, lambda: _opened(scene, bead))


def _opened(scene: Scene, bead: Bead) -> str:
    ledger = scene.town.ledger
    now = ledger.show(bead.id)
    if (now.status, now.assignee) != (bead.status, bead.assignee) or ledger.claim_of(bead.id):
        return ""
    ledger.update(bead.id, {"status": OPEN, "assignee": ""}, actor="doctor")
    return "is open again"


CHECK = Check(NAME, "beads in progress that nobody works on", _look)
