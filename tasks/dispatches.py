"""dispatches: what a rig's Polecat, Refinery and Witness tell each other as the work goes on.

The plan drives the work; these letters are for whoever watches it, and are read by code. Each has
a key, so that a stage that is run again after a crash sends nothing twice.
"""

from collections.abc import Mapping
from typing import Any

from gastown.agents.prose import one_line
from gastown.mail.address import REFINERY, WITNESS
from gastown.mail.delivery import Wanted, take
from gastown.mail.letter import LONGEST, Kind, write
from gastown.mail.post import send
from gastown.rigs.slots import Slot
from gastown.stage import StageResult
from tasks.desk import Desk

LOG_CHARS = 4_000
_READY = frozenset[Kind]({"MERGE_READY"})


def implemented(desk: Desk, slot: Slot, facts: Mapping[str, Any]) -> None:
    """A bead is green and committed: the Witness hears of it, and the Refinery may merge it."""
    polecat = f"{desk.rig}/{slot.name}"
    fields = {"Branch": slot.branch, "Polecat": slot.name, "Tests": str(facts.get("tests", ""))}
    _tell(desk, "POLECAT_DONE", polecat, WITNESS, {"Exit": "COMPLETED", **fields})
    _tell(desk, "MERGE_READY", polecat, REFINERY, fields)


def heard(desk: Desk) -> None:
    """The Refinery has the bead before it: what said that it was ready is read."""
    wanted = Wanted(_READY, desk.bead.id)
    take(desk.town.ledger, f"{desk.rig}/{REFINERY}", lambda _: None, wanted=wanted)


def sent_back(desk: Desk, branch: str, result: StageResult) -> StageResult:
    """A bead goes back to its Polecat, by the reviewer's word or for a conflict; the result."""
    _refused(desk, "REWORK_REQUEST", branch, result, "Reason")
    return result


def merge_failed(desk: Desk, branch: str, result: StageResult) -> StageResult:
    """A bead was red on top of main; the result."""
    _refused(desk, "MERGE_FAILED", branch, result, "Failure")
    return result


def merged(desk: Desk, branch: str, commit: str) -> None:
    """A bead's work is on main."""
    fields = {"Branch": branch, "Commit": commit}
    _tell(desk, "MERGED", f"{desk.rig}/{REFINERY}", WITNESS, fields, key=commit)


def _refused(desk: Desk, kind: Kind, branch: str, result: StageResult, why: str) -> None:
    fields = {"Branch": branch, why: result.summary, "Round": str(desk.request.round)}
    text = "\n\n".join(result.reasons)[:LOG_CHARS]
    _tell(desk, kind, f"{desk.rig}/{REFINERY}", WITNESS, fields, text=text)


def _tell(
    desk: Desk,
    kind: Kind,
    sender: str,
    to: str,
    fields: Mapping[str, str],
    *,
    text: str = "",
    key: str = "",
) -> None:
    """One letter about the desk's bead, once for each round, or for a `key` of its own."""
    bead = desk.bead
    lines = {name: one_line(value, LONGEST) for name, value in fields.items() if value}
    letter = write(
        kind=kind,
        sender=sender,
        to=f"{desk.rig}/{to}",
        subject=one_line(f"{bead.id} {bead.title}", LONGEST),
        fields={"Issue": bead.id, **lines},
        text=text,
        about=bead.id,
    )
    send(desk.town.ledger, letter, key=f"{kind} {bead.id} {key or _round(desk)}")


def _round(desk: Desk) -> str:
    return f"{desk.request.step} round {desk.request.round}"
