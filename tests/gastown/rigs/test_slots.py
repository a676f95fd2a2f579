"""Slots: a name has one bead, a bead has one name, and only a call gives it back."""

import os
import signal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import ClaimedError, ConfigError
from gastown.rigs.git import Repo
from gastown.rigs.pool import NAMES, name_of
from gastown.rigs.slots import Slot, free, retire, slot_of, slots, take
from gastown.rigs.worktree import add_worktree, list_worktrees
from gastown.town.layout import RigLayout
from tests.gastown.rigs.given import a_rig, alone, at_once


@pytest.fixture
def layout(tmp_path):
    return RigLayout(tmp_path)


def test_the_pool_has_fifty_names_then_numbers():
    assert len(set(NAMES)) == 50
    assert (name_of(0), name_of(49), name_of(50)) == ("agate", "wren", "polecat-51")


def test_a_slot_names_bead_and_branch(layout):
    assert take(layout, "sk-1") == Slot(name="agate", bead="sk-1", branch="polecat/agate/sk-1")


def test_a_bead_keeps_its_slot(layout):
    first = take(layout, "sk-1")
    take(layout, "sk-2")

    assert take(layout, "sk-1") == first == slot_of(layout, "sk-1")


def test_a_freed_name_goes_to_the_next_bead(layout):
    take(layout, "sk-1")
    take(layout, "sk-2")

    free(layout, "sk-1")
    free(layout, "sk-1")

    assert slot_of(layout, "sk-1") is None
    assert take(layout, "sk-3").name == "agate"


def test_past_the_pool_names_are_numbered(layout):
    taken = [take(layout, f"sk-{n}").name for n in range(52)]

    assert taken[49:] == ["wren", "polecat-51", "polecat-52"]


def test_a_file_that_is_no_slot_is_an_error_that_names_it(layout):
    take(layout, "sk-1")
    (layout.root / "polecats" / "amber.json").write_text("{")

    with pytest.raises(ConfigError, match=r"amber\.json is not a slot"):
        take(layout, "sk-2")


def _take(task):
    return take(*task)


def test_thirty_processes_get_thirty_slots(layout):
    got = at_once(_take, [(layout, f"sk-{n}") for n in range(30)])

    assert len({slot.name for slot in got}) == 30
    assert sorted(slot.bead for slot in slots(layout)) == sorted(f"sk-{n}" for n in range(30))


def test_processes_that_ask_for_the_same_bead_get_the_same_slot(layout):
    got = at_once(_take, [(layout, "sk-1")] * 6)

    assert {slot.name for slot in got} == {"agate"}


def _take_and_die(layout):
    def dying_link(draft, place):
        os.kill(os.getpid(), signal.SIGKILL)

    os.link = dying_link
    take(layout, "sk-1")


def test_a_taker_that_is_killed_leaves_no_half_slot(layout):
    assert alone(_take_and_die, layout) == -signal.SIGKILL

    assert slots(layout) == ()
    assert take(layout, "sk-2").name == "agate"


def test_retiring_removes_worktree_branch_and_slot(tmp_path):
    rig = a_rig(tmp_path)
    slot = take(rig, "sk-1.2")
    add_worktree(rig, rig.polecat(slot.name), slot.branch, "origin/main")

    retire(rig, "sk-1.2")
    retire(rig, "sk-1.2")

    assert list_worktrees(rig) == []
    assert not Repo(rig.canonical).branch_exists(slot.branch)
    assert slots(rig) == ()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=25))
def test_no_name_is_held_twice_whatever_happens(tmp_path_factory, calls):
    layout = RigLayout(tmp_path_factory.mktemp("rig"))
    held: dict[str, str] = {}
    for takes, number in calls:
        bead = f"sk-{number}"
        if takes:
            slot = take(layout, bead)
            assert held.get(bead, slot.name) == slot.name
            held[bead] = slot.name
        else:
            free(layout, bead)
            held.pop(bead, None)

    assert {slot.bead: slot.name for slot in slots(layout)} == held
    assert len(set(held.values())) == len(held)


def test_a_name_may_be_asked_for_unless_it_is_anothers(layout):
    assert take(layout, "sk-1", "opal").name == "opal"
    assert take(layout, "sk-1").name == take(layout, "sk-1", "opal").name == "opal"

    with pytest.raises(ClaimedError, match="opal works on sk-1"):
        take(layout, "sk-2", "opal")
    with pytest.raises(ClaimedError, match="sk-1 is opal's already"):
        take(layout, "sk-1", "wren")
    assert take(layout, "sk-2").name == "agate"
