"""BurstReport: what a machine elsewhere says of a stage; its facts are checked again here."""

from typing import Literal

from gastown.stage import Frozen, StageResult

Ending = Literal["done", "failed", "busy"]
"""`busy`: the provider had no room for it. That is no failure of the bead."""


class BurstReport(Frozen):
    """How a stage ended elsewhere. What it had used is in `result`, whatever the ending."""

    ending: Ending
    result: StageResult
    commit: str = ""
    branch: str = ""
    sessions: int = 0
    worker: str = ""
    run: str = ""
