"""BurstReport: what a machine elsewhere says of a stage; its facts are checked again here."""

from typing import Literal

from gastown.errors import CapacityKind
from gastown.hooks.ending import Ending
from gastown.mail.letter import Letter
from gastown.stage import Frozen, StageResult

End = Literal["done", "failed", "busy"]
"""`busy`: it lacked room there, a provider or the way to the rig; no failure of the bead."""


class BurstReport(Frozen):
    """How a stage ended elsewhere. What it had used is in `result`, whatever the ending.

    `read` are the letters after which its session went on, `letters` those that it wrote, `ended`
    is how its last session did.
    """

    ending: End
    lacks: CapacityKind | None = None
    result: StageResult
    commit: str = ""
    branch: str = ""
    sessions: int = 0
    read: tuple[str, ...] = ()
    letters: tuple[Letter, ...] = ()
    ended: Ending | None = None
    worker: str = ""
    run: str = ""
