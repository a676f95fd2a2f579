"""waiting: what a step, or a convoy's landing, waits for that is away; on its bead.

Only while it waits does it say anything: once it is tried again the bead is at work, or closed.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from gastown.beads.bead import CLOSED, IN_PROGRESS, Bead
from gastown.beads.ledger import Ledger
from gastown.patience import Wait

AWAITS = "awaits"
"""Key of the metadata: the `reason`, and when it is tried `again`."""
_GRACE = timedelta(minutes=10)  # so late a step may be let in; then its run has died


def note_wait(ledger: Ledger, bead: str, wait: Wait) -> None:
    """Put on record what a bead waits for, as `waits_for_outage` reads it."""
    said = {"reason": wait.reason, "again": wait.again_at.isoformat()}
    ledger.update(bead, {"metadata": {AWAITS: said}}, actor="town")


def forget_wait(ledger: Ledger, bead: str) -> None:
    """It waits no more; a bead that is closed says nothing of it anyway."""
    now = ledger.show(bead)
    if now.status != CLOSED and now.metadata.get(AWAITS):
        ledger.update(bead, {"metadata": {AWAITS: None}}, actor="town")


def awaited(bead: Bead, now: datetime) -> str:
    """What a bead waits for now that is away, and until when; empty if it does not."""
    said = bead.metadata.get(AWAITS)
    if not isinstance(said, dict) or bead.status in {CLOSED, IN_PROGRESS}:
        return ""
    noted = cast("Mapping[str, Any]", said)
    try:
        again = datetime.fromisoformat(str(noted.get("again")))
    except ValueError:
        return ""
    return str(noted.get("reason", "")) if now <= again + _GRACE else ""
