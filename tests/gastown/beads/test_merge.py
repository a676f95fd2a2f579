"""Merge: its laws over random clones, and what it decides in single cases."""

from datetime import timedelta

import pytest
from hypothesis import given, settings

from gastown.beads.bead import Bead, Comment
from gastown.beads.ids import candidates
from gastown.beads.merge import merge
from tests.gastown.beads.worlds import START, bead, clones, edge

Beads = dict[str, Bead]
Clones = tuple[Beads, Beads, Beads]
LATER = START + timedelta(hours=1)


def one(base: Bead | None, ours: Bead, theirs: Bead) -> Bead:
    before = {} if base is None else {base.id: base}
    found = merge(before, {ours.id: ours}, {theirs.id: theirs}).beads
    assert dict(merge(before, {theirs.id: theirs}, {ours.id: ours}).beads) == dict(found)
    return found[ours.id]


@given(clones())
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_sides_does_not_matter(world: Clones):
    base, ours, theirs = world

    assert merge(base, ours, theirs).beads == merge(base, theirs, ours).beads


@given(clones())
@settings(max_examples=30, deadline=None)
def test_merging_a_side_with_itself_changes_nothing(world: Clones):
    base, ours, _ = world

    assert merge(base, ours, ours).beads == ours
    assert merge({}, ours, ours).notes == ()


@given(clones())
@settings(max_examples=50, deadline=None)
def test_merging_the_result_once_more_changes_nothing(world: Clones):
    base, ours, theirs = world
    merged = merge(base, ours, theirs).beads

    assert merge(base, merged, theirs).beads == merged
    assert merge(base, ours, merged).beads == merged


@given(clones())
@settings(max_examples=50, deadline=None)
def test_nothing_that_a_side_added_is_lost(world: Clones):
    base, ours, theirs = world
    merged = merge(base, ours, theirs)
    renamed = {
        note.bead: note.text.rsplit(" ", 1)[1] for note in merged.notes if "now" in note.text
    }
    for had in [*ours.values(), *theirs.values()]:
        names = {had.id, renamed.get(had.id, had.id)}
        here = [merged.beads[name] for name in names if name in merged.beads]
        assert any(holds(one, had, base.get(had.id), renamed) for one in here)


def holds(here: Bead, had: Bead, base: Bead | None, renamed: dict[str, str]) -> bool:
    """Whether all is here that a side had and did not already find."""

    def targets(one: Bead) -> set[tuple[str, str]]:
        return {(renamed.get(e.depends_on_id, e.depends_on_id), e.type) for e in one.dependencies}

    found: Bead = base or bead(had.id)
    return (
        here.created_at == had.created_at
        and set(here.labels) >= set(had.labels) - set(found.labels)
        and {c.text for c in here.comments} >= {c.text for c in had.comments}
        and targets(here) >= targets(had) - targets(found)
    )


def test_a_change_of_one_side_stands_field_by_field():
    base = bead("gt-a", labels=("x", "y"), metadata={"k": 1, "l": 1}, sparkle=1)
    ours = base.model_copy(update={"title": "ours", "labels": ("y", "z"), "metadata": {"k": 2}})
    theirs = bead("gt-a", labels=("x", "y"), metadata={"k": 1, "l": 1}, sparkle=2, assignee="ann")

    found = one(base, ours, theirs)

    assert (found.title, found.assignee, found.labels) == ("ours", "ann", ("y", "z"))
    assert found.metadata == {"k": 2}
    assert found.model_extra == {"sparkle": 2}


def test_of_two_changes_the_later_stands_and_the_other_is_reported():
    base = bead("gt-a")
    ours, theirs = bead("gt-a", title="ours", updated_at=LATER), bead("gt-a", title="theirs")

    merged = merge({"gt-a": base}, {"gt-a": ours}, {"gt-a": theirs})

    assert merged.beads["gt-a"].title == "ours"
    assert merged.beads["gt-a"].updated_at == LATER
    assert [(n.bead, n.field, n.text) for n in merged.notes] == [
        ("gt-a", "title", 'both sides changed it; kept "ours", not "theirs"')
    ]


def test_closed_wins_over_open_when_both_changed_or_nothing_is_known_of_before():
    base = bead("gt-a")
    ours = bead("gt-a", status="in_progress", updated_at=LATER)
    theirs = bead("gt-a", status="closed", closed_at=START, close_reason="merged")
    for before in (base, None):
        found = one(before, ours, theirs)

        assert (found.status, found.close_reason, found.closed_at) == ("closed", "merged", START)


def test_what_one_side_reopened_stays_open():
    closed = bead(
        "gt-a", status="closed", closed_at=START, close_reason="merged", metadata={"evidence": 1}
    )
    reopened = bead("gt-a", updated_at=LATER)

    found = one(closed, reopened, closed)

    assert (found.status, found.closed_at, found.close_reason) == ("open", None, "")
    assert found.metadata == {}


def test_of_two_closes_the_later_stands_whole():
    base = bead("gt-a")
    ours = bead(
        "gt-a", status="closed", closed_at=START, close_reason="b", metadata={"evidence": 1}
    )
    theirs = bead(
        "gt-a", status="closed", closed_at=LATER, close_reason="a", metadata={"evidence": 2}
    )

    found = one(base, ours, theirs)

    assert (found.close_reason, found.closed_at, found.metadata) == ("a", LATER, {"evidence": 2})


def test_the_more_urgent_priority_wins_and_notes_are_joined():
    base = bead("gt-a", notes="old")
    found = one(base, bead("gt-a", priority=3, notes="B"), bead("gt-a", priority=1, notes="A"))

    assert (found.priority, found.notes) == (1, "A\n\nB")


def test_comments_never_go_even_when_ids_meet():
    def remark(text: str) -> Comment:
        return Comment(id=1, issue_id="gt-a", author="ann", text=text, created_at=START)

    base = bead("gt-a", comments=(remark("old"),))
    ours = bead("gt-a", comments=(remark("mine"),))
    theirs = bead("gt-a", comments=(remark("old"), remark("theirs")))

    assert [comment.text for comment in one(base, ours, theirs).comments] == [
        "mine",
        "old",
        "theirs",
    ]


def test_an_edge_taken_out_on_one_side_goes_and_is_reported():
    base = bead("gt-b", dependencies=(edge("gt-b", "gt-a"),))
    merged = merge({"gt-b": base}, {"gt-b": base}, {"gt-b": bead("gt-b", updated_at=LATER)})

    assert merged.beads["gt-b"].dependencies == ()
    assert [note.text for note in merged.notes] == ["gt-a blocks was taken out on one side"]


def test_a_bead_missing_from_one_side_is_kept_and_gone_from_both_is_gone():
    a, b = bead("gt-a"), bead("gt-b")
    merged = merge({"gt-a": a, "gt-b": b}, {"gt-a": a}, {})

    assert merged.beads == {"gt-a": a}
    assert [(note.bead, note.text) for note in merged.notes] == [
        ("gt-a", "missing from one side without a tombstone; kept"),
        ("gt-b", "gone from both sides"),
    ]


@pytest.mark.parametrize("title", ["same", "edited"])
def test_a_tombstone_wins_and_says_so_when_it_wins_over_an_edit(title: str):
    base = bead("gt-a", title="same")
    dead = bead("gt-a", title="same", status="tombstone", deleted_at="2026-01-01T00:00:00Z")
    alive = bead("gt-a", title=title, updated_at=LATER if title == "edited" else START)

    merged = merge({"gt-a": base}, {"gt-a": alive}, {"gt-a": dead})

    assert merged.beads == {"gt-a": dead}
    assert len(merged.notes) == (title == "edited")


def test_two_beads_with_one_id_both_live_and_edges_follow():
    older, younger = bead("gt-abc"), bead("gt-abc", title="younger", created_at=LATER)
    user = bead("gt-u", dependencies=(edge("gt-u", "gt-abc"),))
    child = bead("gt-abc.1", dependencies=(edge("gt-abc.1", "gt-abc", "parent-child"),))
    theirs = {"gt-abc": younger, "gt-u": user, "gt-abc.1": child}

    merged = merge({}, {"gt-abc": older}, theirs)

    new = next(candidates("gt", "younger", "", "", LATER, count=2))
    assert {name: b.title for name, b in merged.beads.items()} == {
        "gt-abc": "gt-abc",
        new: "younger",
        f"{new}.1": "gt-abc.1",
        "gt-u": "gt-u",
    }
    assert merged.beads["gt-u"].needs == (new,)
    assert merged.beads[f"{new}.1"].parent == new
    assert merge({}, theirs, {"gt-abc": older}).beads == merged.beads
    assert merge({}, merged.beads, theirs).beads == merged.beads


def test_children_that_both_sides_counted_alike_both_live():
    epic = bead("gt-e")
    ours = {"gt-e": epic, "gt-e.1": bead("gt-e.1", title="ours")}
    theirs = {"gt-e": epic, "gt-e.1": bead("gt-e.1", title="theirs", created_at=LATER)}

    merged = merge({"gt-e": epic}, ours, theirs).beads

    assert {name: b.title for name, b in merged.items()} == {
        "gt-e": "gt-e",
        "gt-e.1": "ours",
        "gt-e.2": "theirs",
    }


def test_beads_born_alike_are_not_mistaken_for_each_other_in_the_next_merge():
    """Two ids clash at once, and the beads differ in nothing but what was written later."""
    ours = {name: bead(name, title="one") for name in ("gt-a", "gt-c")}
    theirs = {
        name: bead(name, title="one", created_at=LATER, description=name)
        for name in ("gt-a", "gt-c")
    }

    merged = merge({}, ours, theirs).beads

    assert sorted(one.description for one in merged.values()) == ["", "", "gt-a", "gt-c"]
    assert {one.description for one in merged.values() if one.metadata} == {"gt-a", "gt-c"}
    assert merge({}, merged, theirs).beads == merged
