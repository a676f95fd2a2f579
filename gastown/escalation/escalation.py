"""Escalation: something that the one who met it cannot settle, and the chain of who had it since.

A value; what changes it is in `chain`, what of it the ledger keeps in `record`. Severities,
categories and tiers are those of Gas Town.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from pydantic import Field, field_validator

from gastown.stage import Frozen

Severity = Literal["CRITICAL", "HIGH", "MEDIUM"]
Category = Literal[
    "decision", "help", "blocked", "failed", "emergency", "gate_timeout", "lifecycle"
]
Tier = Literal["witness", "deacon", "mayor", "overseer"]
Did = Literal["raised", "again", "worsened", "acked", "forwarded", "rose", "reminded", "resolved"]

SEVERITIES: tuple[Severity, ...] = ("CRITICAL", "HIGH", "MEDIUM")
"""The worst first."""
CATEGORIES: tuple[Category, ...] = (
    "decision",
    "help",
    "blocked",
    "failed",
    "emergency",
    "gate_timeout",
    "lifecycle",
)
WITNESS: Literal["witness"] = "witness"
OVERSEER: Literal["overseer"] = "overseer"
LONGEST = 400
"""Characters of a subject."""
LADDER: tuple[Tier, ...] = (WITNESS, "deacon", "mayor", OVERSEER)
"""From the nearest to the work up to the person whose town it is."""
PRIORITIES: Mapping[Severity, int] = MappingProxyType({"CRITICAL": 0, "HIGH": 1, "MEDIUM": 2})

_MOVES = frozenset({"raised", "worsened", "forwarded", "rose"})
_ASKS = _MOVES | {"reminded"}


class Link(Frozen):
    """One link of the chain: who did what, when, why, and at which tier it stood after that."""

    at: datetime
    who: str
    did: Did
    tier: Tier
    why: str = ""


class Notice(Frozen):
    """One telling of the Overseer through one notification block; `asked` counts from 1.

    It is noted before it is sent, so that whoever finds it unsent knows that it may have been.
    """

    asked: int
    block: str
    tries: int
    at: datetime
    sender: str = Field(default="", description="The process that sends, as `gastown.machine`'s.")
    sent: bool = False
    error: str = ""


class Escalation(Frozen):
    """What is asked of the tiers. `tier` and `chain` are set when it is raised."""

    severity: Severity = "MEDIUM"
    category: Category = "help"
    subject: str = Field(min_length=1, description="One line; what is longer is cut.")
    text: str = ""
    source: str = Field(default="", description="Address of who raises it, e.g. `game/jade`.")
    rig: str = Field(default="", description="Whose Witness is asked; default: the source's.")
    about: str = Field(default="", description="The bead that it is about.")
    ends: tuple[str, ...] = Field(
        default=(), description="Beads whose close ends it; default: what it is about."
    )
    begins: Tier | None = Field(default=None, description="Tiers below are not asked.")
    tier: Tier = OVERSEER
    chain: tuple[Link, ...] = ()
    notices: tuple[Notice, ...] = ()
    mailed: int = Field(default=0, description="How many times a tier got a letter of it.")

    @field_validator("subject", mode="before")
    @classmethod
    def _is_one_line(cls, said: object) -> object:
        return " ".join(said.split())[:LONGEST] if isinstance(said, str) else said

    @property
    def since(self) -> datetime:
        """When it came to its tier."""
        return next(link.at for link in reversed(self.chain) if link.did in _MOVES)

    @property
    def acked(self) -> Link | None:
        """Who of its tier said to be at it."""
        for link in reversed(self.chain):
            if link.did in _MOVES:
                return None
            if link.did == "acked":
                return link
        return None

    @property
    def resolved(self) -> Link | None:
        """Who ended it, if it is over."""
        return self.chain[-1] if self.chain and self.chain[-1].did == "resolved" else None

    @property
    def asked(self) -> int:
        """How often a tier was asked by now: whenever it came to one, and by reminders."""
        return sum(link.did in _ASKS for link in self.chain)


def rank(tier: Tier) -> int:
    """How far up a tier is."""
    return LADDER.index(tier)


def worst(one: Severity, other: Severity) -> Severity:
    """The worse of two."""
    return one if SEVERITIES.index(one) < SEVERITIES.index(other) else other
