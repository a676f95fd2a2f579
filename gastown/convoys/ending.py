"""Ending: that a convoy's run ended without landing, on the convoy's own bead.

What closed stays closed, and a retry goes on; this is for whoever is not there to watch.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from gastown.beads.bead import CLOSED, Bead
from gastown.beads.ledger import Ledger

ENDED = "ended"
"""Key of a convoy's metadata: `why` its last run ended, and when."""
_LONGEST = 2000


def note_failure(ledger: Ledger, convoy: str, why: str, now: datetime) -> bool:
    """Put it on record; False where it ended the same way before, or the convoy is closed."""
    said = {"why": why[:_LONGEST], "at": now.isoformat()}
    noted: list[bool] = []

    def change(bead: Bead) -> Mapping[str, Any]:
        if _why(bead) == said["why"] or bead.status == CLOSED:
            return {}
        noted.append(True)
        return {"metadata": {ENDED: said}}

    ledger.amend(convoy, change, actor="town")
    return bool(noted)


def forget_failure(ledger: Ledger, convoy: str) -> None:
    """A run goes on with it, so it has not ended."""
    ledger.amend(
        convoy, lambda bead: {"metadata": {ENDED: None}} if failure_of(bead) else {}, actor="town"
    )


def failure_of(convoy: Bead) -> str:
    """Why its last run ended without landing; empty where none did, or it landed since."""
    return _why(convoy) if convoy.status != CLOSED else ""


def _why(convoy: Bead) -> str:
    found: Any = convoy.metadata.get(ENDED)
    return str(cast("dict[str, Any]", found).get("why", "")) if isinstance(found, dict) else ""
