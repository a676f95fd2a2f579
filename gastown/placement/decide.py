"""Decide: where every ready session goes now; pure, asked whenever something has changed.

Ask again when a session is ready or ends, at the earliest `until`, when the cap or a budget
changes. Nothing is remembered from one asking to the next: work returns to the machine as soon as
the machine is free.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from gastown.placement.facts import Facts, Kind, Verdict
from gastown.placement.floor import Floor, Shape
from gastown.placement.judge import judge
from gastown.placement.outlook import Lease, Outlook, Purse, Ready
from gastown.placement.reason import Clock, reason, utc
from gastown.placement.session import NOTHING, CloudRoute, LocalRoute, Session

Judge = Callable[[Facts], Verdict]


class Decision(NamedTuple):
    """One session's place. `judge(facts)` gives the verdict again."""

    key: str
    facts: Facts
    verdict: Verdict

    @property
    def kind(self) -> Kind:
        """`local` and `cloud` start now; `wait` and `hold` are asked again."""
        return self.verdict.kind

    @property
    def until(self) -> float | None:
        """When a waiting session is to be asked again at the latest."""
        return self.verdict.until

    @property
    def reason(self) -> str:
        """Why, moments in UTC."""
        return self.because(utc)

    def because(self, clock: Clock) -> str:
        """Why, moments as `clock` shows them."""
        return reason(self.facts, self.verdict, clock)


def decide(ready: Iterable[Ready], outlook: Outlook, *, rule: Judge = judge) -> list[Decision]:
    """One decision for each session, in the order in which they were considered.

    What is admitted first is no longer there for the next. Sessions that only the machine can take
    come first, the oldest at the head; where that one does not fit, it has a reservation, and
    others start only if they do not delay it (EASY). The rest by their rank, then by the money that
    a second of the machine saves, then by age. Another `rule` makes another policy of it.
    """
    table = _Table(outlook, rule)
    return [table.place(one) for one in sorted(ready, key=table.order)]


@dataclass(slots=True)
class _Head:
    """The session that holds the reservation, and for when."""

    shape: Shape
    start: float


class _Table:
    """One round of decisions."""

    def __init__(self, outlook: Outlook, rule: Judge) -> None:
        self.rule = rule
        self.now = outlook.now
        self.floor = Floor(outlook.now, outlook.cap, outlook.leases)
        self.loaded = {model.name: model for model in outlook.loaded}
        self.purses: dict[str, Purse] = dict(outlook.purses)
        self.shut: Mapping[str, str] = outlook.shut
        self.room = outlook.cloud_room
        self.head: _Head | None = None

    def order(self, one: Ready) -> tuple[bool, float, float, float, str]:
        """Who is considered before whom."""
        session = one.session
        if self.is_bound(one):
            return (False, one.since, 0.0, 0.0, session.key)
        return (True, one.rank, -session.saves, one.since, session.key)

    def is_bound(self, one: Ready) -> bool:
        """Whether only the machine can take it: no cloud for it, or none that is paid or open."""
        route = one.session.burst
        if one.session.local is None:
            return False
        return route is None or bool(self._shut(route)) or self._unpaid(one, route)

    def place(self, one: Ready) -> Decision:
        """Decide, and take what it takes."""
        facts = self.facts(one)
        verdict = self.rule(facts)
        session = one.session
        if verdict.kind == "local" and session.local is not None:
            self._admit(session.key, session.local)
        elif verdict.kind == "cloud" and session.burst is not None:
            self._burst(one, session.burst)
        elif verdict.kind == "wait" and verdict.until is None:
            self._reserve(session.local, facts.starts)
        return Decision(session.key, facts, verdict)

    def facts(self, one: Ready) -> Facts:
        """What counts for this session, as things stand in this round."""
        session, cloud, local = one.session, one.session.burst, one.session.local
        starts, short = (
            self.floor.earliest(Shape(local.claims, local.model)) if local else (None, "")
        )
        fits = starts is not None and not short
        if fits and local and self._would_delay(session.key, local):
            fits, short = False, "an older session's turn"
        return Facts(
            now=self.now,
            target=one.target,
            tail=one.tail,
            local=self._seconds(local) if local else None,
            cloud=cloud.seconds if cloud else None,
            power=local.power if local else 0,
            price=cloud.price if cloud else 0,
            reserve=cloud.reserve if cloud else 0,
            left=self._left(one) if cloud else None,
            shut=self._shut(cloud) if cloud else "",
            busy=self._busy(cloud) if cloud else "",
            fits=fits,
            starts=starts,
            short=short,
            planned=one.hint == "cloud",
        )

    def _seconds(self, local: LocalRoute) -> float:
        model = local.model
        loads = model is not None and model.name not in self.loaded
        return local.seconds + (model.load_s if model and loads else 0.0)

    def _admit(self, key: str, local: LocalRoute) -> None:
        ends = self.now + self._seconds(local)
        if local.model is not None:
            self.loaded.pop(local.model.name, None)
            self.loaded[local.model.name] = local.model
        self._take(Lease(key, ends, local.claims, local.model))

    def _take(self, lease: Lease) -> None:
        """Admit it; idle models that are in its way are in memory no longer."""
        self.floor.admit(lease)
        for model in self.floor.in_the_way(tuple(self.loaded.values())):
            del self.loaded[model.name]

    def _burst(self, one: Ready, cloud: CloudRoute) -> None:
        if cloud.claims != NOTHING:
            self._take(Lease(one.session.key, self.now + cloud.seconds, cloud.claims))
        if self.room is not None:
            self.room -= 1
        for name in self.purses.keys() & set(one.purses):
            self.purses[name] = _drawn(self.purses[name], one.session, cloud.reserve)

    def _reserve(self, local: LocalRoute | None, start: float | None) -> None:
        """Nothing bounds its wait but this: the first such session has its turn kept."""
        if self.head is None and local is not None and start is not None:
            self.head = _Head(Shape(local.claims, local.model), start)

    def _would_delay(self, key: str, local: LocalRoute) -> bool:
        if self.head is None:
            return False
        lease = Lease(key, self.now + self._seconds(local), local.claims, local.model)
        return self.floor.delays(lease, self.head.shape, self.head.start)

    def _left(self, one: Ready) -> int | None:
        """Of the tightest scope; a session without a local route may draw on what is earmarked."""
        left: int | None = None
        for name in one.purses:
            purse = self.purses.get(name)
            if purse is not None:
                kept = 0 if one.session.local is None else purse.earmarked
                left = purse.left - kept if left is None else min(left, purse.left - kept)
        return left

    def _unpaid(self, one: Ready, route: CloudRoute) -> bool:
        left = self._left(one)
        return left is not None and route.reserve > left

    def _shut(self, cloud: CloudRoute) -> str:
        return self.shut.get(cloud.model) or self.shut.get("", "") if self.shut else ""

    def _busy(self, cloud: CloudRoute) -> str:
        if self.room is not None and self.room <= 0:
            return "a place in the cloud"
        return "" if self.floor.fits(cloud.claims) else "a sandbox for its cloud session"


def _drawn(purse: Purse, session: Session, amount: int) -> Purse:
    kept = purse.earmarked
    return Purse(purse.left - amount, max(0, kept - amount) if session.local is None else kept)
