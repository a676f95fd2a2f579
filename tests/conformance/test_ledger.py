"""What every ledger promises; the same tests run over both."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gastown.beads.bead import Bead, Dependency, Draft
from gastown.beads.ledger import Claim, Ledger
from gastown.beads.memory import MemoryLedger
from gastown.beads.sqlite import SqliteLedger
from gastown.errors import ClaimedError, GasTownError, LedgerError, NotFoundError, StaleTokenError
from gastown.testing import FakeClock

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=["sqlite", "memory"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Ledger]:
    if request.param == "memory":
        yield MemoryLedger(clock)
        return
    with SqliteLedger(tmp_path / "town" / "beads.db", clock=clock) as opened:
        yield opened


def titles(beads: list[Bead]) -> list[str]:
    return [bead.title for bead in beads]


def make(ledger: Ledger, title: str, **fields: object) -> Bead:
    return ledger.create(Draft.model_validate({"title": title, **fields}))


def kinds(ledger: Ledger, bead: str) -> list[str]:
    return [event.kind for event in ledger.events(bead=bead)]


class TestCreate:
    def test_a_new_bead_is_open_and_dated(self, ledger: Ledger, clock: FakeClock):
        made = ledger.create(Draft(title="Wire it", labels=("a", "b", "a")), actor="mayor")

        assert made == ledger.show(made.id)
        assert (made.status, made.created_at, made.created_by) == ("open", clock.now, "mayor")
        assert made.labels == ("a", "b")
        assert made.id.startswith("hq-")
        assert len(made.id) == len("hq-abc")

    def test_an_infix_stands_between_prefix_and_digits(self, ledger: Ledger):
        assert make(ledger, "x", prefix="gt", infix="mol").id.startswith("gt-mol-")

    def test_equal_drafts_get_different_ids(self, ledger: Ledger):
        made = ledger.create_many([Draft(title="twin")] * 30)

        assert len({bead.id for bead in made}) == 30

    def test_children_are_counted_and_sorted_by_number(self, ledger: Ledger):
        parent = make(ledger, "epic", issue_type="epic")
        made = ledger.create_many([Draft(title=f"c{n}", parent=parent.id) for n in range(1, 13)])
        later = make(ledger, "c13", parent=parent.id)

        assert [bead.id for bead in [*made, later]] == [f"{parent.id}.{n}" for n in range(1, 14)]
        assert ledger.children(parent.id) == [*made, later]
        assert later.parent == parent.id

    def test_children_go_three_levels_deep_and_no_deeper(self, ledger: Ledger):
        parent = make(ledger, "0")
        for level in "123":
            parent = make(ledger, level, parent=parent.id)

        assert parent.id.endswith(".1.1.1")
        with pytest.raises(LedgerError, match="3 levels deep"):
            make(ledger, "4", parent=parent.id)

    def test_drafts_name_each_other_by_number_also_forwards(self, ledger: Ledger):
        root, first, second = ledger.create_many(
            [
                Draft(title="root", issue_type="molecule"),
                Draft(title="first", parent="@0", needs=("@2",)),
                Draft(title="second", parent="@0", tracks=("@1",)),
            ]
        )

        assert first.needs == (second.id,)
        assert [bead.id for bead in ledger.children(root.id)] == [first.id, second.id]
        assert titles(ledger.ready()) == ["second"]

    @pytest.mark.parametrize(
        ("draft", "reason"),
        [
            (Draft(title="x", parent="hq-none"), "no parent 'hq-none'"),
            (Draft(title="x", needs=("hq-none",)), "'hq-none'"),
            (Draft(title="x", tracks=("hq-none",)), "'hq-none'"),
            (Draft(title="x", needs=("@7",)), "@7"),
            (Draft(title="x", parent="@1"), "@1"),
            (Draft(title="x", needs=("@1",)), "cannot depend on itself"),
            (Draft(title="x", issue_type="poem"), "unknown type 'poem'"),
            (Draft(title="x", prefix="No Prefix"), "No Prefix"),
            (Draft(title="x", metadata={"at": object()}), "JSON"),
            (Draft(title="x", metadata={"at": float("nan")}), "JSON"),
            (Draft(title="x", metadata={"half": "\ud800"}), "JSON"),
        ],
    )
    def test_one_bad_draft_and_none_is_written(self, ledger: Ledger, draft: Draft, reason: str):
        with pytest.raises(LedgerError, match=reason):
            ledger.create_many([Draft(title="good"), draft])

        assert ledger.find() == []
        assert ledger.events() == []

    def test_a_cycle_among_drafts_is_named(self, ledger: Ledger):
        with pytest.raises(LedgerError, match=r"cycle: hq-\w+ → hq-\w+ → hq-"):
            ledger.create_many([Draft(title="a", needs=("@1",)), Draft(title="b", needs=("@0",))])

    def test_tracking_each_other_is_no_cycle(self, ledger: Ledger):
        made = ledger.create_many(
            [Draft(title="a", tracks=("@1",)), Draft(title="b", tracks=("@0",))]
        )

        assert ledger.ready() == made

    def test_a_type_may_be_said_otherwise(self, ledger: Ledger):
        assert make(ledger, "x", issue_type="adr").issue_type == "decision"

    def test_an_id_that_an_edge_already_names_is_not_given_to_another_bead(self, ledger: Ledger):
        parent = make(ledger, "epic")
        stranger = parent.model_copy(
            update={
                "id": "gt-1",
                "dependencies": (Dependency(issue_id="gt-1", depends_on_id=f"{parent.id}.1"),),
            }
        )
        ledger.put([stranger])

        assert make(ledger, "c", parent=parent.id).id == f"{parent.id}.2"


class TestLook:
    def test_an_unknown_bead_is_an_error_wherever_it_is_named(self, ledger: Ledger):
        known = make(ledger, "known").id
        calls: list[Callable[[], object]] = [
            lambda: ledger.show("hq-none"),
            lambda: ledger.update("hq-none", {}),
            lambda: ledger.claim("hq-none", "me", HOUR),
            lambda: ledger.claim_of("hq-none"),
            lambda: ledger.close("hq-none", ""),
            lambda: ledger.reopen("hq-none", ""),
            lambda: ledger.link("hq-none", known),
            lambda: ledger.link(known, "hq-none"),
            lambda: ledger.unlink("hq-none", known),
            lambda: ledger.children("hq-none"),
        ]
        for call in calls:
            with pytest.raises(NotFoundError, match="'hq-none'"):
                call()

    def test_find_takes_every_filter_and_gives_the_oldest_first(
        self, ledger: Ledger, clock: FakeClock
    ):
        for n, fields in enumerate(
            [
                {"prefix": "gt", "labels": ("x",)},
                {"prefix": "gt-main", "labels": ("x",), "assignee": "ann"},
                {"prefix": "hq", "labels": ("x", "y"), "issue_type": "bug"},
            ]
        ):
            clock.advance(1)
            make(ledger, str(n), **fields)

        assert titles(ledger.find()) == ["0", "1", "2"]
        assert titles(ledger.find(label="x", prefix="gt")) == ["0", "1"]
        assert titles(ledger.find(prefix="gt-main")) == ["1"]
        assert titles(ledger.find(prefix="hq-")) == ["2"]
        assert titles(ledger.find(assignee="ann")) == ["1"]
        assert titles(ledger.find(label="x", issue_type="bug", status="open")) == ["2"]
        assert ledger.find(label="x", assignee="bob") == []

    def test_what_a_caller_does_to_a_bead_changes_nothing_here(self, ledger: Ledger):
        made = make(ledger, "x", metadata={"list": [1]})
        ledger.show(made.id).metadata["list"].append(2)

        assert ledger.show(made.id).metadata == {"list": [1]}

    def test_events_tell_what_happened_in_order(self, ledger: Ledger):
        bead = make(ledger, "x").id
        other = make(ledger, "y").id
        ledger.update(bead, {"title": "z"}, actor="ann")
        ledger.link(bead, other)
        ledger.unlink(bead, other)
        claim = ledger.claim(bead, "me", HOUR)
        ledger.release(claim)
        ledger.close(bead, "done")
        ledger.reopen(bead, "not done")

        assert kinds(ledger, bead) == [
            "created",
            "updated",
            "dependency_added",
            "dependency_removed",
            "claimed",
            "released",
            "closed",
            "reopened",
        ]
        everything = ledger.events()
        assert [event.seq for event in everything] == sorted({e.seq for e in everything})
        update = ledger.events(bead=bead)[1]
        assert (update.actor, dict(update.data)) == ("ann", {"title": "z"})
        assert ledger.events(after=everything[-2].seq) == everything[-1:]


class TestUpdate:
    def test_fields_are_set_and_the_date_follows(self, ledger: Ledger, clock: FakeClock):
        bead = make(ledger, "x", labels=("a",))
        clock.advance(5)
        new = ledger.update(bead.id, {"priority": 0, "labels": ["b"], "assignee": "ann"})

        assert new == ledger.show(bead.id)
        assert (new.priority, new.labels, new.assignee) == (0, ("b",), "ann")
        assert (new.updated_at, new.created_at) == (clock.now, bead.created_at)
        assert ledger.find(label="a") == []

    def test_metadata_is_merged_and_none_takes_a_key_out(self, ledger: Ledger):
        bead = make(ledger, "x", metadata={"a": 1, "b": 2}).id
        new = ledger.update(bead, {"metadata": {"b": None, "c": (1, 2)}})

        assert new.metadata == {"a": 1, "c": [1, 2]}
        said = ledger.events(bead=bead)[-1].data
        assert dict(said) == {"metadata": {"b": None, "c": [1, 2]}}

    def test_no_difference_writes_nothing(self, ledger: Ledger, clock: FakeClock):
        bead = make(ledger, "x")
        clock.advance(5)

        assert ledger.update(bead.id, {"title": "x"}) == bead
        assert kinds(ledger, bead.id) == ["created"]

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"status": "closed"}, "town bead close hq-"),
            ({"status": "sleeping"}, "unknown status 'sleeping'"),
            ({"priority": 5}, "priority"),
            ({"titel": "x"}, "titel cannot be set; fields: .*title"),
            ({"id": "hq-1"}, "id cannot be set"),
            ({"dependencies": []}, "dependencies cannot be set"),
            ({"title": ""}, "title is empty"),
            ({"title": "x" * 501}, "title has 501"),
            ({"labels": "abc"}, "labels"),
            ({"metadata": [1]}, "metadata"),
            ({"metadata": {"x": {1, 2}}}, "JSON"),
            ({"issue_type": "poem"}, "unknown type"),
            ({"defer_until": datetime(2026, 1, 1)}, "defer_until has no time zone"),  # noqa: DTZ001 - the fault
        ],
    )
    def test_a_bad_change_is_refused_whole(
        self, ledger: Ledger, changes: dict[str, object], reason: str
    ):
        bead = make(ledger, "x")
        with pytest.raises(LedgerError, match=reason):
            ledger.update(bead.id, {"assignee": "ann", **changes})

        assert ledger.show(bead.id) == bead

    def test_a_closed_bead_is_not_opened_by_a_status(self, ledger: Ledger):
        bead = make(ledger, "x").id
        ledger.close(bead, "done")

        with pytest.raises(LedgerError, match="reopen it"):
            ledger.update(bead, {"status": "open"})


class TestClaim:
    def test_a_claim_sets_in_progress_and_takes_the_bead_out_of_ready(self, ledger: Ledger):
        bead = make(ledger, "x").id
        claim = ledger.claim(bead, "me", HOUR)

        assert (claim.token, ledger.claim_of(bead)) == (1, claim)
        assert ledger.show(bead).status == "in_progress"
        assert ledger.ready() == []

    def test_a_live_claim_is_named_with_holder_and_expiry(self, ledger: Ledger):
        bead = make(ledger, "x").id
        ledger.claim(bead, "host:1:2", HOUR)

        with pytest.raises(ClaimedError, match=r"host:1:2 until 2026-01-29T10:00:00"):
            ledger.claim(bead, "other", HOUR)

    def test_an_expired_claim_may_be_taken_and_its_holder_is_fenced_off(
        self, ledger: Ledger, clock: FakeClock
    ):
        bead = make(ledger, "x").id
        old = ledger.claim(bead, "old", MINUTE)
        clock.advance(60)
        new = ledger.claim(bead, "new", MINUTE)

        assert new.token == old.token + 1
        refused: list[Callable[[], object]] = [
            lambda: ledger.close(bead, "late", token=old.token),
            lambda: ledger.update(bead, {"title": "late"}, token=old.token),
            lambda: ledger.renew(old, HOUR),
        ]
        for call in refused:
            with pytest.raises(StaleTokenError, match=r"token 1 is void, the newest is 2 of new"):
                call()
        ledger.release(old)
        assert ledger.claim_of(bead) == new
        assert ledger.close(bead, "done", token=new.token).close_reason == "done"

    def test_a_slow_holder_nobody_relieved_may_still_close(self, ledger: Ledger, clock: FakeClock):
        bead = make(ledger, "x").id
        claim = ledger.claim(bead, "slow", MINUTE)
        clock.advance(3600)

        assert ledger.close(bead, "done", token=claim.token).status == "closed"

    def test_evict_takes_the_live_claim_that_it_names_and_no_later_one(self, ledger: Ledger):
        bead = make(ledger, "x").id
        dead = ledger.claim(bead, "dead", HOUR)
        taken = ledger.claim(bead, "new", HOUR, evict=dead.token)

        assert taken.token == 2
        with pytest.raises(StaleTokenError):
            ledger.renew(dead, HOUR)
        with pytest.raises(ClaimedError, match="claimed by new"):
            ledger.claim(bead, "slower", HOUR, evict=dead.token)

    def test_renewing_keeps_the_token_and_moves_the_end(self, ledger: Ledger, clock: FakeClock):
        claim = ledger.claim(make(ledger, "x").id, "me", MINUTE)
        clock.advance(30)
        longer = ledger.renew(claim, HOUR)

        assert longer == Claim(claim.bead, "me", claim.token, clock.now + HOUR)
        assert ledger.claim_of(claim.bead) == longer

    def test_tokens_grow_over_release_close_and_reopen(self, ledger: Ledger):
        bead = make(ledger, "x").id
        tokens: list[int] = []
        for _ in range(3):
            ledger.release(ledger.claim(bead, "a", HOUR))
            claim = ledger.claim(bead, "b", HOUR)
            ledger.close(bead, "done", token=claim.token)
            ledger.reopen(bead, "again")
            tokens.append(claim.token)

        assert tokens == [2, 4, 6]

    def test_release_gives_the_bead_back(self, ledger: Ledger):
        bead = make(ledger, "x")
        claim = ledger.claim(bead.id, "me", HOUR)
        ledger.release(claim)
        ledger.release(claim)

        assert ledger.claim_of(bead.id) is None
        assert ledger.ready() == [ledger.show(bead.id)]
        with pytest.raises(StaleTokenError, match="none stands"):
            ledger.close(bead.id, "late", token=claim.token)

    def test_only_an_open_unblocked_bead_can_be_claimed(self, ledger: Ledger):
        first = make(ledger, "first").id
        second = make(ledger, "second", needs=(first,)).id
        with pytest.raises(LedgerError, match=f"blocked by {first}"):
            ledger.claim(second, "me", HOUR)
        ledger.close(first, "done")
        with pytest.raises(LedgerError, match="is closed"):
            ledger.claim(first, "me", HOUR, evict=0)
        ledger.update(second, {"status": "deferred"})
        with pytest.raises(LedgerError, match="is deferred"):
            ledger.claim(second, "me", HOUR)

    def test_a_bead_in_progress_elsewhere_is_taken_only_by_evicting(self, ledger: Ledger):
        bead = make(ledger, "x").id
        ledger.update(bead, {"status": "in_progress"})

        with pytest.raises(LedgerError, match="is in_progress"):
            ledger.claim(bead, "me", HOUR)
        assert ledger.claim(bead, "me", HOUR, evict=0).token == 1

    def test_a_lease_of_no_length_is_refused(self, ledger: Ledger):
        bead = make(ledger, "x").id
        with pytest.raises(LedgerError, match="a lease of 0 s"):
            ledger.claim(bead, "me", timedelta(0))
        claim = ledger.claim(bead, "me", HOUR)
        with pytest.raises(LedgerError, match="a lease of -3600 s"):
            ledger.renew(claim, -HOUR)

    def test_of_many_threads_one_wins(self, ledger: Ledger):
        beads = [make(ledger, str(n)).id for n in range(20)]
        won: list[str] = []
        gate = threading.Barrier(8)

        def race(me: str) -> None:
            gate.wait()
            for bead in beads:
                try:
                    won.append(ledger.claim(bead, me, HOUR).bead)
                except ClaimedError:
                    continue

        threads = [threading.Thread(target=race, args=(str(n),)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(won) == sorted(beads)


class TestClose:
    def test_a_close_records_reason_time_and_evidence(self, ledger: Ledger, clock: FakeClock):
        bead = make(ledger, "x", metadata={"key": "k"}).id
        clock.advance(9)
        done = ledger.close(bead, "merged", evidence={"commit": "abc", "tests": (1, 2)})

        assert done == ledger.show(bead)
        assert (done.status, done.close_reason, done.closed_at) == ("closed", "merged", clock.now)
        assert done.metadata == {"key": "k", "evidence": {"commit": "abc", "tests": [1, 2]}}

    def test_a_bead_closes_once(self, ledger: Ledger):
        bead = make(ledger, "x").id
        ledger.close(bead, "merged")

        with pytest.raises(LedgerError, match=r"already closed \(merged\).*town bead reopen"):
            ledger.close(bead, "again")

    def test_several_close_together_or_not_at_all(self, ledger: Ledger):
        one, two, three, held = (make(ledger, title).id for title in ("1", "2", "3", "held"))
        ledger.close(three, "merged")
        ledger.claim(held, "me", MINUTE)

        for refused in (three, held, "hq-none"):
            with pytest.raises(GasTownError, match=refused):
                ledger.close_many([one, two, refused], "done")
        assert ledger.show(one).status == ledger.show(two).status == "open"

        closed = ledger.close_many([two, one, two], "done", actor="ann")
        assert [(bead.id, bead.status) for bead in closed] == [(two, "closed"), (one, "closed")]
        assert ledger.events(bead=two)[-1].data == {"reason": "done"}
        assert ledger.events(bead=two)[-1].actor == "ann"

    def test_a_claimed_bead_closes_only_with_its_token(self, ledger: Ledger, clock: FakeClock):
        bead = make(ledger, "x").id
        claim = ledger.claim(bead, "me", MINUTE)
        with pytest.raises(StaleTokenError, match="claimed by me"):
            ledger.close(bead, "by hand")
        with pytest.raises(StaleTokenError):
            ledger.close(bead, "guess", token=claim.token + 1)
        clock.advance(60)

        assert ledger.close(bead, "by hand").status == "closed"
        with pytest.raises(StaleTokenError):
            ledger.renew(claim, MINUTE)

    def test_reopening_voids_claim_and_evidence_and_keeps_both_on_record(self, ledger: Ledger):
        bead = make(ledger, "x", metadata={"key": "k"}).id
        ledger.close(bead, "merged", evidence={"commit": "abc"})
        again = ledger.reopen(bead, "tests were red", actor="refinery")

        assert (again.status, again.closed_at, again.close_reason) == ("open", None, "")
        assert again.metadata == {"key": "k"}
        last = ledger.events(bead=bead)[-1]
        assert dict(last.data) == {"reason": "tests were red", "evidence": {"commit": "abc"}}

        claim = ledger.claim(bead, "me", HOUR)
        ledger.reopen(bead, "stuck")
        assert ledger.claim_of(bead) is None
        with pytest.raises(StaleTokenError):
            ledger.close(bead, "late", token=claim.token)

    def test_reopening_an_open_bead_changes_nothing(self, ledger: Ledger):
        bead = make(ledger, "x")

        assert ledger.reopen(bead.id, "why not") == bead
        assert kinds(ledger, bead.id) == ["created"]


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
