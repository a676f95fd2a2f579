"""admissions: room of this PC that dead processes hold, or still wait for."""

from collections.abc import Iterator
from contextlib import closing

from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.scene import Scene
from gastown.machine.admission.here import ledger_path, open_ledger, take_back
from gastown.machine.holder import lives_here

NAME = "admissions"


def _look(scene: Scene) -> Iterator[Ailment]:
    town = scene.town
    if not ledger_path(town.layout, town.config.machine).exists():
        return
    with closing(open_ledger(town.layout, town.config.machine)) as ledger:
        lost = ledger.lost()
    for lease in lost.leases:
        if lives_here(lease.holder):
            continue  # slow to renew: the ledger itself takes it back for whoever asks next
        what = "a loaded model's memory" if lease.ask.kind == "residency" else "a lease"
        said = f"holds {what} for {lease.ask.title or lease.ask.who}, and is dead or silent"
        yield _ailment(scene, f"{lease.holder} #{lease.token}", said)
    for one in lost.waiting:
        if lives_here(one.holder):
            continue
        said = f"waits for {one.ask.title or one.ask.who}, and is dead or silent"
        yield _ailment(scene, f"{one.holder} in the queue, #{one.ticket}", said)


def _ailment(scene: Scene, subject: str, said: str) -> Ailment:
    mend = "take it back, and let in who is next"
    finding = Finding(check=NAME, subject=subject, said=said, mend=mend)
    town = scene.town
    return Ailment(
        finding, lambda: "taken back" if take_back(town.layout, town.config.machine) else ""
    )


CHECK = Check(NAME, "room of this PC that dead processes hold or wait for", _look)
