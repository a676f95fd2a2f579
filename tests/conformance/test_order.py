"""What every ledger promises of order: what is ready, what is linked, what is brought in."""

from datetime import UTC, datetime, timedelta

import pytest

from gastown.beads.bead import Bead, Dependency, Draft
from gastown.beads.ledger import Ledger
from gastown.errors import LedgerError, StaleTokenError
from gastown.testing import FakeClock
from tests.conformance.given import kinds, make, titles

HOUR = timedelta(hours=1)


class TestReady:
    def test_a_close_frees_what_waited_for_it(self, ledger: Ledger):
        a, b, c = ledger.create_many(
            [
                Draft(title="a"),
                Draft(title="b", needs=("@0",)),
                Draft(title="c", needs=("@0", "@1"), prefix="gt"),
            ]
        )
        assert titles(ledger.ready()) == ["a"]
        ledger.close(a.id, "done")
        assert titles(ledger.ready()) == ["b"]
        ledger.close(b.id, "done")
        assert ledger.ready() == [c]
        ledger.reopen(a.id, "not done")
        assert titles(ledger.ready()) == ["a"]

    def test_a_blocked_parent_blocks_all_below_it_an_open_one_does_not(self, ledger: Ledger):
        gate = make(ledger, "gate").id
        epic = make(ledger, "epic", needs=(gate,)).id
        child = make(ledger, "child", parent=epic).id
        make(ledger, "grandchild", parent=child)

        assert titles(ledger.ready()) == ["gate"]
        with pytest.raises(LedgerError, match=f"blocked by {gate}"):
            ledger.claim(child, "me", HOUR)
        ledger.close(gate, "done")
        assert titles(ledger.ready()) == ["epic", "child", "grandchild"]

    def test_waits_for_waits_for_the_children(self, ledger: Ledger):
        spawner = make(ledger, "spawner").id
        waiter = make(ledger, "waiter").id
        ledger.link(waiter, spawner, "waits-for")
        assert titles(ledger.ready(assignee="")) == titles(ledger.ready())
        assert "waiter" in titles(ledger.ready())
        one = make(ledger, "one", parent=spawner).id
        two = make(ledger, "two", parent=spawner).id
        ledger.close(one, "done")
        assert "waiter" not in titles(ledger.ready())
        ledger.close(two, "done")
        assert "waiter" in titles(ledger.ready())

    def test_deferred_parents_hide_all_below_them_until_their_time(
        self, ledger: Ledger, clock: FakeClock
    ):
        epic = make(ledger, "epic").id
        child = make(ledger, "child", parent=epic).id
        make(ledger, "grandchild", parent=child)
        ledger.update(epic, {"defer_until": clock.now + HOUR})
        assert ledger.ready() == []
        clock.advance(3600)
        assert titles(ledger.ready()) == ["epic", "child", "grandchild"]
        ledger.update(epic, {"status": "deferred"})
        assert ledger.ready() == []

    @pytest.mark.parametrize(
        "changes", [{"pinned": True}, {"ephemeral": True}, {"issue_type": "molecule"}]
    )
    def test_what_is_no_work_is_never_ready(self, ledger: Ledger, changes: dict[str, object]):
        bead = make(ledger, "x").id
        ledger.update(bead, changes)

        assert ledger.ready() == []

    def test_young_beads_go_by_priority_and_old_ones_by_age(self, ledger: Ledger, clock: FakeClock):
        for title, priority in (("old low", 3), ("old urgent", 0)):
            make(ledger, title, priority=priority)
            clock.advance(1)
        clock.advance(49 * 3600)
        for title, priority in (("young low", 3), ("young urgent", 0)):
            make(ledger, title, priority=priority)
            clock.advance(1)

        order = ["young urgent", "young low", "old low", "old urgent"]
        assert titles(ledger.ready()) == order
        for limit in range(6):
            assert titles(ledger.ready(limit=limit)) == order[:limit]

    def test_ready_can_be_asked_for_a_prefix_a_person_and_a_parent(self, ledger: Ledger):
        epic = make(ledger, "epic", prefix="gt", assignee="ann").id
        child = make(ledger, "child", parent=epic).id
        make(ledger, "grandchild", parent=child, assignee="ann")

        assert titles(ledger.ready(parent=epic)) == ["child", "grandchild"]
        assert titles(ledger.ready(assignee="ann")) == ["epic", "grandchild"]
        assert ledger.ready(prefix="hq") == []
        assert titles(ledger.ready(prefix="gt", parent=epic, assignee="ann")) == ["grandchild"]


class TestLink:
    def test_an_edge_blocks_twice_is_once_and_goes_again(self, ledger: Ledger):
        a, b = (bead.id for bead in ledger.create_many([Draft(title="a"), Draft(title="b")]))
        ledger.link(b, a, actor="ann")
        ledger.link(b, a)

        assert ledger.show(b).needs == (a,)
        assert titles(ledger.ready()) == ["a"]
        ledger.link(b, a, "related")
        ledger.unlink(b, a)
        ledger.unlink(b, a)
        assert ledger.show(b).dependencies == ()
        assert kinds(ledger, b).count("dependency_removed") == 1
        assert titles(ledger.ready()) == ["a", "b"]

    def test_a_cycle_is_refused_and_named_whatever_kinds_it_is_made_of(self, ledger: Ledger):
        a = make(ledger, "a").id
        b = make(ledger, "b", needs=(a,)).id
        c = make(ledger, "c", parent=b).id
        before = ledger.show(a)

        with pytest.raises(LedgerError, match=f"{a} → {c} → {b} → {a}"):
            ledger.link(a, c, "waits-for")
        assert ledger.show(a) == before
        ledger.link(a, c, "relates-to")
        assert [edge.type for edge in ledger.show(a).dependencies] == ["relates-to"]

    def test_an_edge_to_itself_or_of_no_kind_is_refused(self, ledger: Ledger):
        a, b = make(ledger, "a").id, make(ledger, "b").id
        for target, kind in ((a, "blocks"), (b, ""), (b, "x" * 51)):
            with pytest.raises(LedgerError):
                ledger.link(a, target, kind)


class TestPut:
    def bead(self, name: str, **fields: object) -> Bead:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        base = {"id": name, "title": name, "created_at": at, "updated_at": at}
        return Bead.model_validate({**base, **fields})

    def test_beads_come_in_as_they_are_with_what_we_do_not_know(self, ledger: Ledger):
        bead = self.bead("gt-main-idj", sparkle={"deep": [1, None]}, labels=("b", "a"))

        assert ledger.put([bead]) == 1
        assert ledger.put([bead]) == 0
        assert ledger.show(bead.id) == bead
        assert ledger.show(bead.id).model_extra == {"sparkle": {"deep": [1, None]}}
        assert kinds(ledger, bead.id) == ["imported"]

    def test_edges_may_point_at_beads_that_come_later(self, ledger: Ledger):
        late = Dependency(issue_id="gt-1", depends_on_id="hq-late")
        ledger.put([self.bead("gt-1", dependencies=(late,))])
        assert titles(ledger.ready()) == ["gt-1"]
        ledger.put([self.bead("hq-late")])
        assert titles(ledger.ready()) == ["hq-late"]

    def test_a_cycle_with_what_is_here_refuses_them_all(self, ledger: Ledger):
        a = self.bead("gt-a", dependencies=(Dependency(issue_id="gt-a", depends_on_id="gt-b"),))
        b = self.bead("gt-b", dependencies=(Dependency(issue_id="gt-b", depends_on_id="gt-a"),))
        ledger.put([a])

        with pytest.raises(LedgerError, match="gt-b → gt-a → gt-b"):
            ledger.put([self.bead("gt-c"), b])
        assert titles(ledger.find()) == ["gt-a"]

    def test_a_broken_bead_refuses_them_all(self, ledger: Ledger):
        with pytest.raises(LedgerError, match="gt-b: closed without closed_at"):
            ledger.put([self.bead("gt-a"), self.bead("gt-b", status="closed")])
        assert ledger.find() == []

    def test_a_newer_bead_is_kept_on_request(self, ledger: Ledger, clock: FakeClock):
        ledger.put([self.bead("gt-a", title="new", updated_at=clock.now)])
        older = self.bead("gt-a", title="old")

        assert ledger.put([older], keep_newer=True) == 0
        assert ledger.show("gt-a").title == "new"
        assert ledger.put([older]) == 1
        assert ledger.show("gt-a").title == "old"

    def test_a_claimed_bead_stays_in_progress_unless_it_comes_in_closed(self, ledger: Ledger):
        ledger.put([self.bead("gt-a")])
        claim = ledger.claim("gt-a", "me", HOUR)
        ledger.put([self.bead("gt-a", title="edited elsewhere")])
        assert ledger.show("gt-a").status == "in_progress"
        assert ledger.renew(claim, HOUR).token == claim.token

        at = datetime(2026, 1, 2, tzinfo=UTC)
        ledger.put([self.bead("gt-a", status="closed", closed_at=at)])
        assert ledger.claim_of("gt-a") is None
        with pytest.raises(StaleTokenError):
            ledger.renew(claim, HOUR)


class TestMessages:
    def test_messages_are_numbered_as_they_came_whatever_the_clock_does(
        self, ledger: Ledger, clock: FakeClock
    ):
        first = make(ledger, "first", issue_type="message")
        clock.advance(-3600)
        once = ledger.create_once(Draft(title="second", issue_type="message"), "k")
        again = ledger.create_once(Draft(title="second", issue_type="message"), "k")
        third = make(ledger, "third", issue_type="message")

        numbers = [one.metadata["number"] for one in (first, once, third)]
        assert numbers == sorted({*numbers})
        assert again == once == ledger.show(once.id)

    def test_a_reply_has_its_edge_from_the_start_and_blocks_nobody(self, ledger: Ledger):
        asked = make(ledger, "asked", issue_type="message")
        reply = make(ledger, "reply", issue_type="message", replies_to=(asked.id,))

        assert [(e.type, e.depends_on_id) for e in reply.dependencies] == [("replies-to", asked.id)]
        with pytest.raises(LedgerError, match="no such bead"):
            make(ledger, "reply", replies_to=("hq-none",))
