"""What each thing that happens in a town comes to, as a sentence."""

import pytest

from gastown.beads.bead import HOOKED, IN_PROGRESS, Draft
from gastown.beads.memory import MemoryLedger
from gastown.convoys.ending import failure_of, forget_failure, note_failure
from gastown.convoys.molecule import Molecule, record_failure, record_rework
from gastown.escalation.escalation import Escalation
from gastown.escalation.record import (
    ack,
    begin_notice,
    end_notice,
    escalate,
    forward,
    resolve,
)
from gastown.gates.judge import Rejected, Resolved
from gastown.gates.record import close_gate, escalate_gate, open_gate, reject_gate
from gastown.mail.letter import Letter
from gastown.mail.post import send
from gastown.stage import StageResult
from gastown.testing import FakeClock
from tests.gastown.feed.given import (
    HOLDER,
    LEASE,
    do,
    lines,
    make_bead,
    make_convoy,
    poured,
    said,
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ledger(clock: FakeClock) -> MemoryLedger:
    return MemoryLedger(clock)


@pytest.fixture
def bead(ledger: MemoryLedger) -> str:
    return make_bead(ledger)


@pytest.fixture
def convoy(ledger: MemoryLedger, bead: str) -> str:
    return make_convoy(ledger, bead)


@pytest.fixture
def molecule(ledger: MemoryLedger, convoy: str, bead: str) -> Molecule:
    return poured(ledger, convoy, bead)


class TestConvoys:
    def test_making_launching_and_landing_are_told_and_pouring_is_one_line(self, ledger, molecule):
        convoy = molecule.plan.convoy
        ledger.close(convoy, "landed: 1 beads merged", actor="town")
        told = [line for line in lines(ledger) if line.kind == "convoy"]

        assert [line.what for line in told] == ["made", "launched", "landed"]
        assert {line.convoy for line in told} == {convoy}
        assert told[1].said == f"{convoy} (Combos) is under way, by the formula convoy"
        assert told[2].said == f"{convoy} (Combos) has landed: 1 beads merged"
        assert len(lines(ledger)) == 4  # and the bead itself

    def test_one_that_failed_and_one_that_was_given_up(self, ledger, clock, convoy):
        assert note_failure(ledger, convoy, "polecat sk-1: no tests", clock())
        assert not note_failure(ledger, convoy, "polecat sk-1: no tests", clock())
        forget_failure(ledger, convoy)
        forget_failure(ledger, convoy)
        assert failure_of(ledger.show(convoy)) == ""
        assert note_failure(ledger, convoy, "polecat sk-1: no tests", clock())
        ledger.close(convoy, "dropped: not worth it", actor="town")

        assert said(ledger)[-3:] == [
            f"{convoy} (Combos) did not land: polecat sk-1: no tests",
            f"{convoy} (Combos) did not land: polecat sk-1: no tests",
            f"{convoy} (Combos) was given up: not worth it",
        ]

    def test_a_run_that_takes_over_from_a_dead_one_is_told(self, ledger, molecule):
        first = ledger.claim(molecule.id, HOLDER, LEASE)
        ledger.claim(molecule.id, "pc:9:9.00", LEASE, evict=first.token)

        assert lines(ledger)[-1].what == "resumed"


class TestSteps:
    def test_a_polecat_is_known_by_its_slot_and_its_bead(self, ledger, molecule, bead):
        ledger.update(bead, {"status": IN_PROGRESS, "assignee": "core/opal"}, actor="core/opal")
        do(ledger, molecule, "work", "opal: 4 passed (pytest)")
        took, began, done = lines(ledger)[-3:]

        assert took.said == f"core/opal took {bead} (Count combos)"
        assert (began.said, began.what) == (f"core/opal began {bead} (Count combos)", "began")
        assert done.said == f"core/opal is done with {bead}: 4 passed (pytest)"
        assert (done.rig, done.convoy, done.bead, done.step, done.actor) == (
            "core",
            molecule.plan.convoy,
            bead,
            "work",
            "core/opal",
        )

    def test_a_merge_is_told_once_with_its_commit(self, ledger, molecule, bead):
        do(ledger, molecule, "work", "done")
        ledger.close(bead, "Merged in 1f2e3d4c5b6a7988", actor="refinery")
        do(ledger, molecule, "refine", "approved and merged as 1f2e3d4c5b")
        merged, _, done = lines(ledger)[-3:]

        assert merged.said == f"core/refinery merged {bead} as 1f2e3d4c5b: Count combos"
        assert (merged.kind, merged.what, merged.convoy) == (
            "merge",
            "merged",
            molecule.plan.convoy,
        )
        assert done.said == f"core/refinery is done with {bead}: approved"

    def test_rework_failure_and_a_dead_run_are_told_by_what_stopped_them(
        self, ledger, clock, molecule, bead
    ):
        do(ledger, molecule, "work", "done")
        claim = ledger.claim(molecule.beads["refine"], HOLDER, LEASE)
        result = StageResult(verdict="rework", summary="sent back: no test", reasons=("no test",))
        record_rework(ledger, molecule, "refine", claim, result)
        claim = ledger.claim(molecule.beads["work"], HOLDER, LEASE)
        record_failure(ledger, claim, StageResult(verdict="failed", summary="400: too long"))
        record_failure(ledger, claim, StageResult(verdict="skipped", summary="no room"))
        clock.advance(3600)
        ledger.claim(molecule.beads["work"], "pc:9:9.00", LEASE)

        assert said(ledger)[-4:] == [
            f"core/refinery sent back {bead}: no test",
            f"core/polecat began {bead} (Count combos)",
            f"core/polecat failed at {bead}: 400: too long",
            f"core/polecat began again with {bead} (Count combos): the run before it died",
        ]


class TestGates:
    def test_it_waits_calls_a_person_is_refused_and_opens_each_told_once(
        self, ledger, clock, molecule
    ):
        for key in ("work", "refine"):
            do(ledger, molecule, key, "done")
        gate, start = molecule.beads["ask"], ledger.last_event()
        open_gate(ledger, molecule, "ask", clock())
        clock.advance(60)
        escalate_gate(ledger, gate, "nobody answers", clock())
        clock.advance(60)
        reject_gate(ledger, gate, Rejected("ann", "too early"), clock())
        clock.advance(60)
        close_gate(ledger, gate, Resolved("ann", "approved by ann", {}), clock())

        told = lines(ledger, start)
        assert [line.what for line in told] == ["waits", "overdue", "refused", "opened"]
        assert told[0].said.startswith("Ship it? waits for ")
        assert told[3].said == "Ship it? is open: approved by ann"
        assert {line.convoy for line in told} == {molecule.plan.convoy}


class TestBeads:
    def test_what_a_person_does_to_a_bead(self, ledger, bead):
        other = make_bead(ledger, "Other")
        ledger.update(bead, {"priority": 0, "title": "Count"}, actor="ann")
        ledger.update(bead, {"status": HOOKED, "assignee": "core/opal"}, actor="ann")
        ledger.link(bead, other, actor="ann")
        ledger.close(bead, "not wanted", actor="ann")
        ledger.reopen(bead, "wanted after all", actor="bob")

        assert said(ledger)[2:] == [
            f"ann changed title, priority of {bead} (Count)",
            f"{bead} (Count) is on the hook of core/opal",
            f"{bead} (Count) waits for {other} now",
            f"ann closed {bead} (Count): not wanted",
            f"bob opened {bead} (Count) again: wanted after all",
        ]

    def test_what_is_slung_and_taken_off_is_told_as_a_hooks(self, ledger, bead):
        ledger.hook({bead: "core/opal"})
        ledger.unhook(bead, "not now")

        assert said(ledger)[1:] == [
            f"{bead} (Count combos) is on the hook of core/opal",
            f"{bead} (Count combos) is off the hook of core/opal: not now",
        ]

    def test_bookkeeping_says_nothing(self, ledger, bead):
        ledger.update(bead, {"metadata": {"seen": 1}})
        ledger.release(ledger.claim(bead, HOLDER, LEASE))

        assert len(lines(ledger)) == 1

    def test_a_bead_that_is_gone_is_told_by_what_its_making_said(self, ledger):
        wisp = ledger.create(Draft(title="Note", issue_type="message", ephemeral=True), actor="bo")
        ledger.forget([wisp.id])

        assert said(ledger) == ["bo wrote: Note"]


class TestLetters:
    def test_a_letter_is_told_by_its_subject_and_never_by_its_text(self, ledger, convoy, bead):
        letter = Letter(
            sender="core/witness", to="mayor", subject="look", text="secret", about=bead
        )
        send(ledger, letter, key="k")
        send(ledger, letter, key="k")
        line = lines(ledger)[-1]

        assert line.said == "core/witness wrote to mayor: look"
        assert (line.kind, line.bead, line.rig, line.convoy) == ("mail", bead, "core", convoy)
        assert sum(one.kind == "mail" for one in lines(ledger)) == 1

    def test_text_of_others_is_one_safe_line(self, ledger):
        ledger.create(Draft(title="a\x1b[31m\nb\u202e" + "x" * 450), actor="eve\n")

        assert "\n" not in said(ledger)[0]
        assert "\x1b" not in said(ledger)[0]
        assert len(said(ledger)[0]) <= 400


class TestEscalations:
    def test_each_link_of_the_chain_is_told_once_and_notices_are_not(self, ledger, clock, bead):
        raised = Escalation(
            severity="HIGH", category="help", subject="no key", source="core/opal", about=bead
        )
        found = escalate(ledger, raised, key="k", clock=clock).id
        escalate(ledger, raised, key="k", clock=clock)
        clock.advance(60)
        ack(ledger, found, "core/witness", "looking", clock=clock)
        clock.advance(60)
        forward(ledger, found, "core/witness", "beyond me", clock=clock)
        clock.advance(1)
        notice = begin_notice(ledger, found, ["slack/x"], HOLDER, lambda _: False, clock=clock)
        assert notice is None  # the Overseer alone is told through blocks
        resolve(ledger, found, "ann", "given")
        told = [line for line in lines(ledger) if line.kind == "escalation"]

        assert [line.what for line in told] == ["raised", "acked", "forwarded", "settled"]
        assert told[0].said == "core/opal escalated (HIGH help): no key"
        assert told[1].said == f"{found} (no key): core/witness is at it: looking"
        assert ", now with the " in told[2].said
        assert told[3].said == f"ann settled {found} (no key): given"
        assert {(line.bead, line.rig) for line in told} == {(bead, "core")}

    def test_telling_the_overseer_is_no_line_of_its_own(self, ledger, clock):
        one = Escalation(severity="CRITICAL", category="emergency", subject="fire", source="boot")
        found = escalate(ledger, one, key="k", clock=clock).id
        clock.advance(1)
        notice = begin_notice(ledger, found, ["slack/x"], HOLDER, lambda _: False, clock=clock)
        assert notice is not None
        end_notice(ledger, found, notice)

        assert [line.what for line in lines(ledger)] == ["raised"]
