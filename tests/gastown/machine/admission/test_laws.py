"""Laws of the ledger under any interleaving of asks, ends, deaths, expiries and cap changes.

What was held at each instant is told from the events alone. A change may be cut off: before its
commit nothing has happened, after it nobody was rung; nobody hears of a grant here but by looking.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.book import Book
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.offer import Fixed
from gastown.machine.admission.order import Order
from gastown.machine.capacity import Capacity
from tests.gastown.machine.admission.events import Replay, events

HOLDERS = st.sampled_from(["p0", "p1", "p2"])
FULL = {"vram_mib": 8, "p_cores": 4, "sandboxes": 3}


class CutError(Exception):
    """The process ends here."""


class Shrunk(Fixed):
    """All of it is lent, and of the VRAM only `now` is there."""

    def cap(self, ours: Capacity, pending: Capacity) -> dict[str, int]:
        return {**super().cap(ours, pending), "vram_mib": self.slots["now"]}


class World(RuleBasedStateMachine):
    """Three processes, one PC; a process that died comes back under a new name."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.now = 1000.0
        self.gone: set[str] = set()
        self.lives: dict[str, int] = {}
        self.offer = Fixed(Capacity(**FULL))
        self.replay = Replay()
        self.seen = 0
        path = Path(self.folder.name) / "a.db"
        self.ledger = AdmissionLedger(path, clock=lambda: self.now, dead=self.gone.__contains__)

    def name(self, holder: str) -> str:
        return f"{holder}.{self.lives.get(holder, 0)}"

    @initialize()
    def begin(self) -> None:
        self.ledger.leases()

    @rule(
        holder=HOLDERS,
        vram=st.integers(0, 8),
        cores=st.integers(0, 4),
        stay=st.booleans(),
        priority=st.integers(-1, 2),
        lasts=st.none() | st.integers(1, 50),
    )
    def ask(self, holder, vram, cores, stay, priority, lasts) -> None:
        demand = Demand(Capacity(vram_mib=vram, p_cores=cores, sandboxes=1))
        wish = Ask(holder, demand, priority=priority, expect_s=lasts)
        self.ledger.ask(wish, self.offer, stay=stay, who=self.name(holder), bell=holder)

    @rule(choice=st.integers(0, 99))
    def end(self, choice) -> None:
        standing = self.ledger.leases()
        if standing:
            lease = standing[choice % len(standing)]
            assert self.ledger.release(lease)
            assert not self.ledger.release(lease)

    @rule(choice=st.integers(0, 99))
    def give_up(self, choice) -> None:
        waiting = self.ledger.waiting()
        if waiting:
            assert self.ledger.withdraw(waiting[choice % len(waiting)].ticket)

    @rule(holder=HOLDERS)
    def die(self, holder) -> None:
        self.gone.add(self.name(holder))
        self.lives[holder] = self.lives.get(holder, 0) + 1

    @rule(seconds=st.integers(1, 70), renewed=st.booleans())
    def time_passes(self, seconds, renewed) -> None:
        self.now += seconds
        if renewed:
            self.ledger.renew([one.token for one in self.ledger.leases()])

    @rule(vram=st.integers(0, 8), foreign=st.integers(0, 2))
    def the_person_takes(self, vram, foreign) -> None:
        self.offer = Shrunk(Capacity(**FULL), {"now": vram})
        self.ledger.taken_elsewhere("here", {"sandboxes": foreign})
        self.look()

    @rule(choice=st.integers(0, 99), when=st.sampled_from(["grant", "commit"]))
    def end_cut_off(self, choice, when) -> None:
        """Killed in the middle of giving back: it was not given back, nor given on."""
        standing = self.ledger.leases()
        if not standing:
            return
        lease = standing[choice % len(standing)]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Book, "admit", cut if when == "grant" else cut_after(Book.admit))
            with pytest.raises(CutError):
                self.ledger.release(lease)
        assert lease in self.ledger.leases()

    @rule()
    def look(self) -> None:
        for holder in ("p0", "p1", "p2"):
            self.ledger.look(self.offer, holder)
        self.ledger.look(self.offer)

    @invariant()
    def nothing_is_held_twice_or_beyond_the_cap(self) -> None:
        for event in events(self.ledger.path):
            if event[0] > self.seen:
                self.seen = event[0]
                self.replay.play(*event)
        assert self.replay.wrongs == []
        held = self.replay.held
        assert {one.token for one in self.ledger.leases()} <= held.keys()
        assert min((v for a in held.values() for v in a.values()), default=1) > 0

    def teardown(self) -> None:
        """With the person gone and every holder done, all who still wait get their turn."""
        self.offer = Fixed(Capacity(**FULL))
        self.ledger.taken_elsewhere("here", {})
        self.look()
        for _ in range(len(self.ledger.waiting()) + 1):
            for lease in self.ledger.leases():
                self.ledger.release(lease)
        assert self.ledger.waiting() == ()
        assert self.ledger.leases() == ()
        self.nothing_is_held_twice_or_beyond_the_cap()
        assert self.replay.held == {}
        self.ledger.close()
        self.folder.cleanup()


def cut(_book: Book) -> Order:
    raise CutError


def cut_after(admit: Callable[[Book], Order]) -> Callable[[Book], Order]:
    def cut_off(book: Book) -> Order:
        admit(book)
        raise CutError

    return cut_off


TestWorld = World.TestCase
TestWorld.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
