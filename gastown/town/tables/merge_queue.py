"""`[rigs.NAME.queue]`: how the rig's merge queue works."""

from typing import Literal

from pydantic import Field

from gastown.town.tables.table import Table

MergeMode = Literal["review-and-merge", "review-then-land"]


class QueueTable(Table):
    """`[rigs.NAME.queue]`."""

    most: int = Field(default=20, ge=1, description="Requests in one stack; 1: one by one.")
    merge: MergeMode = Field(
        default="review-and-merge",
        description="Each bead goes to main when it is approved; or to a branch of its convoy, "
        "which goes to main when the convoy lands.",
    )
    history: Literal["merges", "linear"] = Field(
        default="merges",
        description="A stack becomes one merge commit; or its commits as they are, of which only "
        "the newest was gated, for an origin that takes no merge commits.",
    )
