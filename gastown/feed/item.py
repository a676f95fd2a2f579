"""FeedItem: one thing that happened in the town, as a sentence and as fields to choose by."""

from datetime import datetime
from typing import Literal, get_args

from pydantic import Field

from gastown.stage import Frozen

Kind = Literal["bead", "convoy", "step", "merge", "gate", "mail", "escalation", "hook", "session"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class FeedItem(Frozen):
    """One line of the feed. What does not apply is empty.

    `seq` grows from item to item, in the order in which things became visible to everybody.
    """

    seq: int
    cursor: str = Field(description="Where to go on after this item: town feed --after CURSOR.")
    at: datetime
    kind: Kind
    what: str = Field(description="Of its kind: merged, began, landed, …")
    source: str = Field(description="The bead on whose record it stands.")
    rig: str = ""
    convoy: str = ""
    bead: str = Field(default="", description="The change request that it is about.")
    step: str = Field(default="", description="The step's key in its plan.")
    actor: str = ""
    said: str
