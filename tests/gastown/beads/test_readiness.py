"""Readiness: the semantics of `bd ready`, and that the store's SQL says the same."""

import sqlite3
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.beads.bead import Bead
from gastown.beads.ledger import Ledger
from gastown.beads.memory import MemoryLedger
from gastown.beads.readiness import (
    NEVER_READY,
    Query,
    any_children,
    blockers,
    find_cycles,
    parents,
    path,
)
from gastown.beads.readiness import ready as ready_of
from gastown.beads.sqlite import SqliteLedger
from gastown.errors import LedgerError, NotFoundError
from gastown.testing import FakeClock
from tests.gastown.beads.worlds import KINDS, START, bead, edge, versions

NAMES = ["gt-a", "gt-b", "gt-b.1", "gt-b.1.1", "gt-c", "gt-d"]
HOUR = timedelta(hours=1)


def ready(*beads: Bead, **asked: Any) -> list[str]:
    found = ready_of({one.id: one for one in beads}, START, Query(**asked))
    return [one.id for one in found]


def closed(name: str, **fields: Any) -> Bead:
    return bead(name, status="closed", closed_at=START, **fields)


@pytest.mark.parametrize("kind", ["blocks", "conditional-blocks"])
@pytest.mark.parametrize(
    ("status", "blocks"),
    [
        ("open", True),
        ("in_progress", True),
        ("blocked", True),
        ("deferred", True),
        ("hooked", True),
        ("closed", False),
        ("pinned", False),
        ("tombstone", False),
    ],
)
def test_an_edge_blocks_until_its_target_is_closed_or_pinned(kind: str, status: str, blocks: bool):
    target = bead("gt-t", status=status, closed_at=START if status == "closed" else None)
    user = bead("gt-u", dependencies=(edge("gt-u", "gt-t", kind),))

    assert ("gt-u" in ready(target, user)) is not blocks


@pytest.mark.parametrize("kind", ["related", "tracks", "discovered-from", "merge-blocks", "odd"])
def test_other_edges_block_nothing(kind: str):
    assert ready(bead("gt-t"), bead("gt-u", dependencies=(edge("gt-u", "gt-t", kind),))) == [
        "gt-t",
        "gt-u",
    ]


def test_an_unknown_target_blocks_nothing():
    assert ready(bead("gt-u", dependencies=(edge("gt-u", "external:x"),))) == ["gt-u"]


@pytest.mark.parametrize("status", ["in_progress", "blocked", "deferred", "hooked", "staged_ready"])
def test_only_an_open_bead_is_ready(status: str):
    assert ready(bead("gt-a", status=status)) == []


@pytest.mark.parametrize("kind", sorted(NEVER_READY))
def test_some_types_are_never_work(kind: str):
    assert ready(bead("gt-a", issue_type=kind)) == []


def test_waits_for_is_over_when_the_spawner_has_no_open_child():
    waiter = bead("gt-w", dependencies=(edge("gt-w", "gt-s", "waits-for"),))
    child = (edge("gt-s.1", "gt-s", "parent-child"),)

    assert "gt-w" in ready(bead("gt-s"), waiter)
    assert "gt-w" not in ready(bead("gt-s"), waiter, bead("gt-s.1", dependencies=child))
    assert "gt-w" in ready(bead("gt-s"), waiter, closed("gt-s.1", dependencies=child))


@pytest.mark.parametrize("said", ['{"gate":"any-children"}', {"gate": "any-children"}])
def test_any_children_is_content_with_the_first(said: object):
    waiter = bead("gt-w", dependencies=(edge("gt-w", "gt-s", "waits-for", metadata=said),))
    one, two = (
        bead(name, dependencies=(edge(name, "gt-s", "parent-child"),))
        for name in ("gt-s.1", "gt-s.2")
    )
    done = one.model_copy(update={"status": "closed", "closed_at": START})

    assert "gt-w" not in ready(waiter, one, two)
    assert "gt-w" in ready(waiter, done, two)


@pytest.mark.parametrize("said", ["", "{", "[]", '{"gate":"all-children"}', None])
def test_any_other_gate_waits_for_all_children(said: object):
    assert not any_children(edge("gt-w", "gt-s", "waits-for", metadata=said))


def test_a_bead_does_not_wait_for_itself_among_its_siblings():
    def edges(name: str) -> tuple[Any, ...]:
        return (edge(name, "gt-s", "parent-child"),)

    waiter = bead("gt-s.2", dependencies=(*edges("gt-s.2"), edge("gt-s.2", "gt-s", "waits-for")))

    assert ready(bead("gt-s"), waiter) == ["gt-s", "gt-s.2"]
    assert "gt-s.2" not in ready(bead("gt-s"), waiter, bead("gt-s.1", dependencies=edges("gt-s.1")))


def test_what_holds_a_bead_back_is_named_up_to_the_top():
    top = bead("gt-p", dependencies=(edge("gt-p", "gt-x"),))
    child = bead(
        "gt-p.1",
        dependencies=(edge("gt-p.1", "gt-y"), edge("gt-p.1", "gt-p", "parent-child")),
    )
    beads = {one.id: one for one in (top, child, bead("gt-x"), bead("gt-y"))}

    assert blockers(child, beads.get, lambda _: ()) == ("gt-y", "gt-x")


def test_a_cycle_that_came_in_by_a_file_does_not_hang():
    a = bead("gt-a", dependencies=(edge("gt-a", "gt-b", "parent-child"),))
    b = bead("gt-b", dependencies=(edge("gt-b", "gt-a", "parent-child"),))

    assert ready(a, b, parent="gt-a") == ["gt-a", "gt-b"]
    assert find_cycles({"gt-a": a, "gt-b": b}) == [["gt-a", "gt-b", "gt-a"]]


def test_a_path_is_a_shortest_one():
    graph = {"a": ["b", "c"], "b": ["d"], "c": ["e"], "e": ["d"], "d": ["a"]}

    assert path("a", "d", graph.__getitem__) == ["a", "b", "d"]
    assert path("d", "d", graph.__getitem__) == ["d"]
    assert path("a", "z", graph.__getitem__) == []


@st.composite
def worlds(draw: st.DrawFn) -> list[Bead]:
    """Beads whose edges form no cycle, some of them missing."""
    found = [draw(versions(name, NAMES[:n], START)) for n, name in enumerate(NAMES)]
    deferred = draw(st.sampled_from([None, START - HOUR, START + HOUR]))
    found[2] = found[2].model_copy(update={"defer_until": deferred})
    return [one for one in found if draw(st.integers(0, 5))]


CALLS: dict[str, Callable[[Ledger, str, str, str], object]] = {
    "close": lambda ledger, bead, _, __: ledger.close(bead, "done"),
    "reopen": lambda ledger, bead, _, __: ledger.reopen(bead, "again"),
    "link": lambda ledger, bead, other, kind: ledger.link(bead, other, kind),
    "unlink": lambda ledger, bead, other, _: ledger.unlink(bead, other),
    "claim": lambda ledger, bead, _, __: ledger.claim(bead, "me", HOUR),
    "evict": lambda ledger, bead, _, __: ledger.claim(bead, "you", HOUR, evict=0),
    "pin": lambda ledger, bead, _, __: ledger.update(bead, {"status": "pinned"}),
    "defer": lambda ledger, bead, _, __: ledger.update(bead, {"status": "deferred"}),
    "import": lambda ledger, bead, _, __: ledger.put([closed(bead)]),
}


QUERIES: list[dict[str, Any]] = [
    {"parent": "gt-b"},
    {"prefix": "gt", "limit": 2},
    {"assignee": "ann"},
]


def outcome(ledger: Ledger, call: tuple[str, str, str, str]) -> object:
    name, *rest = call
    try:
        return CALLS[name](ledger, *rest)
    except (LedgerError, NotFoundError) as error:
        return type(error), str(error)


@given(
    worlds(),
    st.lists(
        st.tuples(
            st.sampled_from(sorted(CALLS)), st.sampled_from(NAMES), st.sampled_from(NAMES), KINDS
        ),
        max_size=12,
    ),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_done_the_store_says_what_the_pure_rules_say(
    world: list[Bead], calls: list[tuple[str, str, str, str]]
):
    clock = FakeClock(START + timedelta(hours=3))
    with (
        tempfile.TemporaryDirectory() as folder,
        SqliteLedger(Path(folder) / "beads.db", clock=clock) as store,
    ):
        pure = MemoryLedger(clock)
        assert store.put(world) == pure.put(world)
        for call in calls:
            assert outcome(store, call) == outcome(pure, call)
            assert store.ready() == pure.ready()
        for query in QUERIES:
            assert store.ready(**query) == pure.ready(**query)
        assert store.find() == pure.find()
        assert store.events() == pure.events()
        assert blocked_in(store.path) == {
            one.id
            for one in pure.find()
            if blockers(one, shown(pure), lambda name: children(pure, name))
        }


def blocked_in(path: Path) -> set[str]:
    db = sqlite3.connect(path)
    try:
        return {row[0] for row in db.execute("SELECT id FROM beads WHERE blocked = 1")}
    finally:
        db.close()


def shown(ledger: Ledger) -> Callable[[str], Bead | None]:
    return {one.id: one for one in ledger.find()}.get


def children(ledger: Ledger, name: str) -> list[Bead]:
    return [one for one in ledger.find() if name in parents(one)]
