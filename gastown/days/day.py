"""Day: the facts of one day as values, JSON both ways; nothing in them was said by a model."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from gastown.stage import Frozen

Kind = Literal["failed", "escalated"]


class Landed(Frozen):
    """A convoy that landed on the day, with how many beads."""

    convoy: str
    title: str
    beads: int
    at: datetime


class Merged(Frozen):
    """A bead whose work reached its rig's main on the day."""

    bead: str
    title: str
    rig: str
    convoy: str = Field(default="", description="The convoy that tracks it; empty: none does.")
    commit: str
    on_main: bool | None = Field(description="Whether git has it on main; None: git was not asked.")
    at: datetime
    rounds: int = Field(default=1, description="How often it was implemented.")


class Trouble(Frozen):
    """A step that failed on the day. `escalated`: its bead used up its rounds of rework."""

    kind: Kind
    convoy: str
    step: str
    title: str
    role: str
    rig: str = ""
    bead: str = ""
    at: datetime
    why: str
    standing: bool = Field(description="No later attempt has closed the step: a person is asked.")


class SentBack(Frozen):
    """A review of the day that sent a bead's work back."""

    convoy: str
    bead: str
    rig: str = ""
    round: int
    at: datetime
    why: str


class Closed(Frozen):
    """A bead of a rig that was closed on the day without a commit of the town's: by hand."""

    bead: str
    title: str
    rig: str
    at: datetime
    why: str


class RigDay(Frozen):
    """One rig on the day. `missing` says why git could not be asked; then the numbers are 0."""

    rig: str
    commits: int = Field(default=0, description="New on main, by committer date; merges left out.")
    by_town: int = Field(default=0, description="Those of them that carry a Bead or Stage trailer.")
    files: int = Field(default=0, description="Different files that they touch.")
    added: int = Field(default=0, description="Lines.")
    removed: int = Field(default=0, description="Lines.")
    opened: int = Field(default=0, description="Beads that were created.")
    left_open: int = Field(default=0, description="Beads that are open now.")
    missing: str = ""


class Spent(Frozen):
    """What the models of the day took; `unpriced` requests are not in the money."""

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    micro_usd: int = 0
    unpriced: int = 0


class Day(Frozen):
    """One day of a town, from midnight to midnight of the town's clock ([money] day)."""

    town: str
    day: date
    start: datetime
    end: datetime
    landed: tuple[Landed, ...] = ()
    merged: tuple[Merged, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    sent_back: tuple[SentBack, ...] = ()
    closed: tuple[Closed, ...] = ()
    rigs: tuple[RigDay, ...] = ()
    spent: Spent = Spent()

    @property
    def standing(self) -> tuple[Trouble, ...]:
        """Steps that failed on the day and still wait for somebody; the last failure of each."""
        last = {(one.convoy, one.step): one for one in self.troubles if one.standing}
        return tuple(last.values())

    @property
    def quiet(self) -> bool:
        """Nothing happened that a digest would tell of."""
        told = (self.landed, self.merged, self.troubles, self.sent_back, self.closed)
        return not any(told) and not any(rig.commits or rig.opened for rig in self.rigs)
