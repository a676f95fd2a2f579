"""Many who spend at once, over every spend ledger: the caps hold and the sums are one sum."""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from gastown.money.entry import Bid, Entry, Refused, Spent, Who
from gastown.money.ledger import SpendLedger
from gastown.money.scope import Budget, Scope
from gastown.stage import Usage

DAY = date(2026, 1, 29)
CAPS = Budget(day=30_000, convoy=12_000, roles={"polecat": 9_000})
CONVOYS, ROLES = ("c1", "c2", "c3"), ("polecat", "refinery")
TURNS = 3


def scopes() -> Sequence[Scope]:
    return [
        scope
        for convoy in CONVOYS
        for role in ROLES
        for scope in CAPS.scopes(convoy=convoy, role=role, day=DAY)
        if scope.cap is not None
    ]


@dataclass(slots=True)
class Spender:
    """Works through turns of random worst and actual cost; each ninth dies in its first turn."""

    ledger: SpendLedger
    number: int
    excess: list[str]
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.number)

    def run(self, start: threading.Barrier):
        dies = self.number % 9 == 0
        who = Who(
            f"a{self.number}",
            convoy=self.rng.choice(CONVOYS),
            role=self.rng.choice(ROLES),
            bead=f"b{self.number % 7}",
            holder="dead" if dies else "alive",
        )
        start.wait()
        for turn in range(TURNS):
            self.spend(who, turn)
            self.look()
            if dies:
                return

    def spend(self, who: Who, turn: int):
        worst = self.rng.randint(1, 900)
        room = CAPS.scopes(convoy=who.convoy, role=who.role, day=DAY)
        got = self.ledger.reserve(Bid(who, turn, worst, DAY.isoformat(), room))
        if isinstance(got, Refused) or who.holder == "dead":
            return
        if self.rng.random() < 0.2:
            self.ledger.release(got)
        else:
            usage = Usage(requests=1, micro_usd=self.rng.randint(0, worst))
            self.ledger.settle(got, Spent(usage))

    def look(self):
        """What anybody may see at any moment."""
        scope = self.rng.choice(scopes())
        assert scope.cap is not None
        if self.ledger.standing(scope).taken > scope.cap:
            self.excess.append(scope.name)


def inside(scope: Scope, entry: Entry) -> bool:
    return scope.kind == "day" or scope.holds(entry.who.convoy, entry.who.role)


def test_64_reservers_at_once_never_overspend_and_leave_nothing_reserved(spend):
    excess: list[str] = []
    start = threading.Barrier(64)
    crowd = [Spender(spend, number, excess) for number in range(64)]
    threads = [threading.Thread(target=one.run, args=(start,)) for one in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spend.settle_lost(lambda holder: holder == "dead")

    record = spend.entries()
    assert (excess, spend.open()) == ([], [])
    assert len({one.reservation for one in record}) == len(record) > 100
    for scope in scopes():
        standing = spend.standing(scope)
        assert standing.settled == sum(one.micro_usd for one in record if inside(scope, one))
        assert standing.taken == standing.settled <= (scope.cap or 0)


def test_beads_roles_convoys_and_days_add_up_to_the_entries(spend):
    start = threading.Barrier(8)
    crowd = [Spender(spend, number, []) for number in range(1, 9)]
    threads = [threading.Thread(target=one.run, args=(start,)) for one in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    record = spend.entries()
    total = sum(one.micro_usd for one in record)
    sums = {name: Counter[str]() for name in ("bead", "role", "convoy")}
    for one in record:
        for name, counted in sums.items():
            counted[getattr(one.who, name)] += one.micro_usd
    assert [counted.total() for counted in sums.values()] == [total] * 3
    assert spend.standing(Scope("day", day=DAY.isoformat())).settled == total
