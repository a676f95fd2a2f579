"""Order: who of those that wait may start now; pure, one decision over the whole queue.

The oldest that is blocked holds a reservation (EASY backfilling): others start before it only where
they do not delay it. That is so if they end before its start, where that can be told, or if what
they take leaves enough for it in every dimension that both want. One that would not fit an empty
machine, because a person uses it, reserves nothing: else all would wait for that person.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from gastown.machine.admission.ask import Amounts


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody has, and when he is expected to give it back."""

    amounts: Amounts
    ends_at: float | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for, and of how much he may see it taken: his cap."""

    ticket: int
    amounts: Amounts
    cap: Amounts
    expect_s: float | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """Who must wait, and for what: `lacks` of the machine, or his turn behind another ticket."""

    wish: Wish
    lacks: str = ""
    use: int = 0
    behind: int | None = None

    @property
    def because(self) -> str:
        """For a person."""
        if self.behind is not None:
            return f"its turn comes after ticket {self.behind}, which it would delay"
        asked, cap = self.wish.amounts[self.lacks], self.wish.cap.get(self.lacks, 0)
        return f"waits for {self.lacks}: {self.use:,} taken + {asked:,} asked of {cap:,}"


@dataclass(frozen=True, slots=True)
class Order:
    """Who starts now, and who waits, both in the order in which they were asked about."""

    starts: tuple[Wish, ...]
    waits: tuple[Blocked, ...]


def decide(held: Sequence[Held], wishes: Iterable[Wish], now: float) -> Order:
    """Walk the queue once; who is let start is counted as holding for those behind him."""
    desk = _Desk(list(held), _sum(held), now)
    for wish in wishes:
        desk.judge(wish)
    return Order(tuple(desk.starts), tuple(desk.waits))


@dataclass(slots=True)
class _Desk:
    held: list[Held]
    use: dict[str, int]
    now: float
    first: "_Reservation | None" = None
    starts: list[Wish] = field(default_factory=list[Wish])
    waits: list[Blocked] = field(default_factory=list[Blocked])

    def judge(self, wish: Wish) -> None:
        lacks = _lack(wish, self.use)
        if lacks:
            self.waits.append(Blocked(wish, lacks, self.use.get(lacks, 0)))
            if self.first is None and _ever(wish):
                self.first = _reserve(wish, self.held, self.use)
        elif self.first is not None and not self.first.allows(wish, self.now):
            self.waits.append(Blocked(wish, behind=self.first.wish.ticket))
        else:
            self._start(wish)

    def _start(self, wish: Wish) -> None:
        self.starts.append(wish)
        ends = None if wish.expect_s is None else self.now + wish.expect_s
        self.held.append(Held(wish.amounts, ends))
        for name, amount in wish.amounts.items():
            self.use[name] = self.use.get(name, 0) + amount
        if self.first is not None:
            self.first.admit(wish, self.now)


@dataclass(slots=True)
class _Reservation:
    """The oldest that is blocked; `use` is what others will hold when it starts, at the least."""

    wish: Wish
    at: float | None
    use: dict[str, int]

    def allows(self, other: Wish, now: float) -> bool:
        """Whether another may start now without delaying this one."""
        if self._ends_before(other, now):
            return True
        mine, cap = self.wish.amounts, self.wish.cap
        return all(
            self.use.get(name, 0) + amount + mine[name] <= cap.get(name, 0)
            for name, amount in other.amounts.items()
            if name in mine
        )

    def admit(self, other: Wish, now: float) -> None:
        """Count one that was let start and may still be there."""
        if not self._ends_before(other, now):
            for name, amount in other.amounts.items():
                self.use[name] = self.use.get(name, 0) + amount

    def _ends_before(self, other: Wish, now: float) -> bool:
        if self.at is None or other.expect_s is None:
            return False
        return now + other.expect_s <= self.at


def _reserve(wish: Wish, held: Sequence[Held], use: Amounts) -> _Reservation:
    """When it can start at the latest, if those who told their end keep to it; None if unknown."""
    left = dict(use)
    ends = [(one.ends_at, one.amounts) for one in held if one.ends_at is not None]
    for ends_at, amounts in sorted(ends, key=itemgetter(0)):
        for name, amount in amounts.items():
            left[name] -= amount
        if not _lack(wish, left):
            return _Reservation(wish, ends_at, left)
    return _Reservation(wish, None, dict(use))


def _lack(wish: Wish, use: Amounts) -> str:
    """The first thing of which there is too little; empty when it fits."""
    for name, amount in wish.amounts.items():
        if use.get(name, 0) + amount > wish.cap.get(name, 0):
            return name
    return ""


def _ever(wish: Wish) -> bool:
    """Whether it would fit if nobody held anything."""
    return not _lack(wish, {})


def _sum(held: Iterable[Held]) -> dict[str, int]:
    total: dict[str, int] = {}
    for one in held:
        for name, amount in one.amounts.items():
            total[name] = total.get(name, 0) + amount
    return total
