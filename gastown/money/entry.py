"""Entry: what is put down in the spend ledger, as values; money is whole micro-dollars."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from gastown.money.scope import Scope
from gastown.stage import Usage, Where

End = Literal["settled", "released", "unknown"]
"""How a reservation ended. `unknown`: nobody can say what was spent, so all of it counts."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whose tokens these are, on which model, and why on that one.

    `holder` is the process that spends, so that others can tell whether it lives. `rule` is the
    rule of the seat, `price` the price row's id. `local` and `burst` are the seat's two models: a
    report prices the same tokens on the other one.
    """

    attempt: str
    convoy: str = ""
    step: str = ""
    bead: str = ""
    rig: str = ""
    role: str = ""
    label: str = ""
    model: str = ""
    where: Where = "local"
    rule: str = ""
    price: str = ""
    local: str = ""
    burst: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class Bid:
    """What one turn of an attempt may cost at most, and the sums that must have room for it.

    `seconds` is how long it may take; after that it counts as lost. `day` is a date, ISO 8601.
    """

    who: Who
    turn: int
    max_micro_usd: int
    day: str
    scopes: tuple[Scope, ...] = ()
    seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money that counts as spent until the ledger is told what was."""

    id: int
    who: Who
    turn: int
    max_micro_usd: int
    day: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no room, or the model is blocked: nothing may be sent, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What a request took. Energy is whole joules (3,600,000 are a kWh), time milliseconds."""

    usage: Usage = field(default_factory=Usage)
    joules: int = 0
    power_micro_usd: int = 0
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the record. `over` is what was spent above the reservation."""

    reservation: int
    who: Who
    end: End
    at: datetime
    day: str
    spent: Spent = field(default_factory=Spent)
    micro_usd: int = 0
    over: int = 0


@dataclass(frozen=True, slots=True)
class Earmark:
    """Money set aside for a stage that cannot run here; `step` is its key in the plan."""

    convoy: str
    step: str
    role: str
    micro_usd: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a sum stands: what was spent, what open turns may cost, what is still set aside."""

    settled: int = 0
    reserved: int = 0
    earmarked: int = 0

    @property
    def taken(self) -> int:
        """What nobody else may have."""
        return self.settled + self.reserved + self.earmarked
