"""Session: one attempt at one step as placement sees it: what it takes here, what it costs there.

Estimates, not promises: seconds are wall time, money is whole micro-dollars.
"""

from dataclasses import dataclass

from gastown.machine.admission.ask import Demand
from gastown.machine.capacity import Capacity

NOTHING = Capacity()


@dataclass(frozen=True, slots=True)
class Model:
    """A local model: its weights are claimed once, however many sessions use it.

    `slots` is how many sessions it serves at once, `load_s` how long it takes to be ready. A model
    that somebody else keeps running has no weights of ours. `slot` is what the host's ledger calls
    one of its slots; empty where it counts none.
    """

    name: str
    weights: Capacity = NOTHING
    slots: int = 1
    load_s: float = 0.0
    slot: str = ""


@dataclass(frozen=True, slots=True)
class LocalRoute:
    """The way on this machine. `claims` is the session's own: KV cache, cores, its sandbox.

    `power` is the electricity it takes. A tool stage has no model.
    """

    seconds: float
    claims: Capacity = NOTHING
    model: Model | None = None
    power: int = 0

    @property
    def demand(self) -> Demand:
        """What is asked of the host's ledger for it."""
        slot = self.model.slot if self.model else ""
        return Demand(self.claims, {slot: 1} if slot else {})


@dataclass(frozen=True, slots=True)
class CloudRoute:
    """The way through the cloud. `claims` is what it still takes here, such as a sandbox.

    `price` is what it should cost, `most` what is reserved for it; zero reserves the price.
    """

    seconds: float
    price: int
    most: int = 0
    claims: Capacity = NOTHING
    model: str = ""

    @property
    def reserve(self) -> int:
        """What must be set aside before it may start."""
        return max(self.price, self.most)


@dataclass(frozen=True, slots=True)
class Session:
    """One attempt. A session that is `local_only` has no cloud route, whatever is written there.

    `again_s` are seconds to reckon with after it, should it send work back; `purses` are budget
    scopes that must grant it beside its convoy's: its role's.
    """

    key: str
    role: str = ""
    needs: tuple[str, ...] = ()
    local: LocalRoute | None = None
    cloud: CloudRoute | None = None
    local_only: bool = False
    again_s: float = 0.0
    purses: tuple[str, ...] = ()

    @property
    def burst(self) -> CloudRoute | None:
        """The cloud route that it may take."""
        return None if self.local_only else self.cloud

    @property
    def quickest(self) -> float:
        """Seconds in the cloud, or here where the cloud is no way."""
        route = self.burst or self.local
        return route.seconds if route else 0.0

    @property
    def saves(self) -> float:
        """Micro-dollars kept per second of this machine, electricity deducted."""
        if self.local is None or self.burst is None:
            return 0.0
        return (self.burst.price - self.local.power) / max(self.local.seconds, 1e-9)
