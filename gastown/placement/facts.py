"""Facts: all that one decision rests on; the same facts always give the same decision."""

from typing import Literal, NamedTuple

Kind = Literal["local", "cloud", "wait", "hold"]
Rule = Literal[
    "no local route",
    "power",
    "late",
    "planned",
    "fits",
    "never in time",
    "due",
    "wait",
    "busy",
    "refused",
    "nowhere",
]


class Facts(NamedTuple):
    """Numbers in seconds and micro-dollars; `None` for a way that there is not.

    Attributes:
        now: When it was decided.
        target: When the convoy is to be done.
        tail: Seconds that remain after this session.
        local: Seconds here, loading the model included.
        cloud: Seconds in the cloud.
        power: Electricity here.
        price: What the cloud should cost.
        reserve: What the cloud needs set aside.
        left: What the tightest scope leaves of money; None: no budget.
        shut: Why the cloud takes nothing, until somebody mends it; empty: it does.
        busy: What a way through the cloud waits for, by itself soon over; empty: nothing.
        fits: Whether it may start here now.
        starts: When it could start here at the earliest; None: never.
        short: What it waits for here.
        planned: The plan ahead leaves the machine to others.
    """

    now: float
    target: float
    tail: float
    local: float | None
    cloud: float | None
    power: int = 0
    price: int = 0
    reserve: int = 0
    left: int | None = None
    shut: str = ""
    busy: str = ""
    fits: bool = False
    starts: float | None = None
    short: str = ""
    planned: bool = False

    @property
    def granted(self) -> bool:
        """Whether the cloud takes it, money included."""
        return not (self.cloud is None or self.shut or self.busy or self.unpaid)

    @property
    def unpaid(self) -> bool:
        """Whether a budget refuses it."""
        return self.left is not None and self.reserve > self.left

    @property
    def due(self) -> float:
        """The last moment at which the cloud still reaches the target."""
        return self.target - self.tail - (self.cloud or 0.0)


class Verdict(NamedTuple):
    """Where to, until when a wait lasts at most (None: until something changes), and which rule."""

    kind: Kind
    rule: Rule
    until: float | None = None
