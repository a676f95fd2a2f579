"""convoys: a closed one whose molecule is open, and an open one whose molecule is closed."""

from collections.abc import Iterator

from gastown.beads.bead import CLOSED, Bead
from gastown.convoys.convoy import members
from gastown.convoys.giving_up import close_molecule
from gastown.convoys.molecule import load
from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene
from gastown.errors import LedgerError

NAME = "convoys"


def _look(scene: Scene) -> Iterator[Ailment]:
    for molecule in scene.molecules:
        convoy = scene.convoys.get(str(molecule.metadata.get("convoy", "")))
        if convoy is None or convoy.id in scene.in_hand:
            continue
        if convoy.status == CLOSED and molecule.status != CLOSED:
            yield _left_open(scene, convoy, molecule)
        elif convoy.status != CLOSED and molecule.status == CLOSED:
            yield _not_closed(scene, convoy, molecule)


def _left_open(scene: Scene, convoy: Bead, molecule: Bead) -> Ailment:
    finding = Finding(
        check=NAME,
        subject=molecule.id,
        said=f"is open, though its convoy {convoy.id} is closed: {convoy.close_reason}",
        mend="close its open steps as given up, and it for its convoy's reason",
    )
    return Ailment(finding, lambda: _closed_after(scene, convoy, molecule))


def _closed_after(scene: Scene, convoy: Bead, molecule: Bead) -> str:
    ledger = scene.town.ledger
    if ledger.show(molecule.id).status == CLOSED or ledger.show(convoy.id).status != CLOSED:
        return ""
    reason = convoy.close_reason or "its convoy is closed"
    close_molecule(ledger, load(ledger, molecule), reason, given_up=False)
    return "closed"


def _not_closed(scene: Scene, convoy: Bead, molecule: Bead) -> Ailment:
    left = [bead.id for bead in members(scene.town.ledger, convoy) if bead.status != CLOSED]
    said = f"is open, though its molecule {molecule.id} is closed: {molecule.close_reason}"
    finding = Finding(check=NAME, subject=convoy.id, said=said)
    if left:
        advice = f"{', '.join(left)} is not done; give the convoy up: town convoy drop {convoy.id}"
        return Ailment(finding.model_copy(update={"advice": advice}))
    mend = "close it for its molecule's reason: every bead of it is closed"
    return Ailment(
        finding.model_copy(update={"mend": mend}), lambda: _closed_too(scene, convoy, molecule)
    )


def _closed_too(scene: Scene, convoy: Bead, molecule: Bead) -> str:
    ledger = scene.town.ledger
    if any(bead.status != CLOSED for bead in members(ledger, convoy)):
        return ""
    try:
        ledger.close(convoy.id, molecule.close_reason or "every bead is closed", actor="doctor")
    except LedgerError:  # closed meanwhile
        return ""
    return "closed"


CHECK = Check(NAME, "convoys and molecules of which one is closed and the other is not", _look)
