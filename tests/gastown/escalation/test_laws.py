"""Laws of an escalation under every order of what its tiers, the clock and crashes do."""

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gastown.errors import LedgerError
from gastown.escalation.escalation import (
    CATEGORIES,
    SEVERITIES,
    Category,
    Escalation,
    Notice,
    Severity,
    rank,
    worst,
)
from gastown.escalation.record import (
    LABEL,
    ack,
    begin_notice,
    end_notice,
    escalate,
    forward,
    look,
    open_escalations,
    require,
    resolve,
)
from gastown.testing import FakeClock, MemoryLedger
from gastown.town.tables.escalation import EscalationTable

TABLE = EscalationTable(critical_s=60, high_s=600, medium_s=3_600, acked_times=3, remind_s=0)
BLOCKS = ("webhook/a", "webhook/b")
LONGEST_S = 3 * (3_600 + 3 * 3_600)
"""Three tiers below the Overseer, each with its time to answer and the longer one once it did."""


class Crashed(Exception):  # noqa: N818 - a machine's end is no error of a program
    """The process died here."""


class Town(RuleBasedStateMachine):
    """One cause, raised by anybody at any time; its tiers, the clock, and who tells the Overseer.

    A process may die between the note that it sends and the sending, or between that and the note
    that it has sent.
    """

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.ledger = MemoryLedger(self.clock)
        self.told: Counter[tuple[str, int, str]] = Counter()
        self.cut_after_sending: Counter[tuple[str, int, str]] = Counter()
        self.before: dict[str, Escalation] = {}
        self.worst: dict[str, Severity] = {}
        self.lives = 0

    def bead(self) -> str | None:
        return next(iter(open_escalations(self.ledger)), None)

    def is_open(self) -> bool:
        return self.bead() is not None

    @rule(severity=st.sampled_from(SEVERITIES), category=st.sampled_from(CATEGORIES))
    def raise_it(self, severity: Severity, category: Category) -> None:
        one = Escalation(severity=severity, category=category, subject="stuck", source="game/jade")
        bead = escalate(self.ledger, one, key="k", again=True, clock=self.clock).id
        self.worst[bead] = worst(severity, self.worst.get(bead, severity))

    @precondition(is_open)
    @rule(who=st.sampled_from(["deacon", "mayor", "ada"]))
    def acknowledge(self, who: str) -> None:
        ack(self.ledger, self.bead() or "", who, clock=self.clock)

    @precondition(is_open)
    @rule()
    def pass_on(self) -> None:
        bead = self.bead() or ""
        last = require(self.ledger, bead).tier == "overseer"
        try:
            forward(self.ledger, bead, "deacon", clock=self.clock)
        except LedgerError:
            assert last

    @precondition(is_open)
    @rule()
    def settle_it(self) -> None:
        bead = self.bead() or ""
        assert resolve(self.ledger, bead, "ada", "done")
        assert not resolve(self.ledger, bead, "bob", "done too")

    @rule(seconds=st.sampled_from([0.0, 1.0, 59.0, 61.0, 601.0, 3_601.0, 99_999.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @precondition(is_open)
    @rule(dies=st.sampled_from(["", "", "before sending", "after sending"]))
    def patrol(self, dies: str) -> None:
        try:
            self.walk(self.bead() or "", dies)
        except Crashed:
            self.lives += 1

    def walk(self, bead: str, dies: str = "") -> None:
        look(self.ledger, bead, TABLE, clock=self.clock)
        while (notice := self.begin(bead)) is not None:
            if dies == "before sending":
                raise Crashed
            self.told[bead, notice.asked, notice.block] += 1
            if dies == "after sending":
                self.cut_after_sending[bead, notice.asked, notice.block] += 1
                raise Crashed
            end_notice(self.ledger, bead, notice)

    def begin(self, bead: str) -> Notice | None:
        me = f"life {self.lives}"
        return begin_notice(self.ledger, bead, BLOCKS, me, lambda who: who != me, clock=self.clock)

    @invariant()
    def one_chain_grows_and_nothing_of_it_falls(self) -> None:
        for bead in self.ledger.find(label=LABEL):
            now, old = require(self.ledger, bead.id), self.before.get(bead.id)
            assert now.severity == self.worst[bead.id]
            assert (now.resolved is not None) == (bead.status == "closed")
            if old is not None:
                assert now.chain[: len(old.chain)] == old.chain
                assert rank(now.tier) >= rank(old.tier)
                assert not old.resolved or now == old
            self.before[bead.id] = now
        assert len(open_escalations(self.ledger)) <= 1

    @invariant()
    def the_overseer_is_told_twice_only_by_one_who_died_in_that_moment(self) -> None:
        for one, times in self.told.items():
            assert times <= 1 + self.cut_after_sending[one]

    def teardown(self) -> None:
        """Whatever happened: left alone, it is with the Overseer in time, who was told."""
        bead = self.bead()
        if bead is None:
            return
        end = self.clock.now + timedelta(seconds=LONGEST_S)
        while self.clock.now < end:
            self.walk(bead)
            self.clock.advance(60)
        self.the_overseer_is_told_twice_only_by_one_who_died_in_that_moment()
        one = require(self.ledger, bead)
        assert one.tier == "overseer"
        if not one.acked:
            assert all(self.told[bead, one.asked, block] for block in BLOCKS)


TestTown = Town.TestCase
TestTown.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
