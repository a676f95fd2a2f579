"""Session, worktree and slot end at three different times, whatever happens in which order.

A session may end at any moment. A worktree stays as long as its bead's slot, and that until the
work is merged, or given up on the record; only a name under which nothing was begun goes back
sooner. No name is ever two beads' at once.
"""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gastown.beads.memory import MemoryLedger
from gastown.convoys.convoy import convoy_of
from gastown.errors import GasTownError
from gastown.hooks.handoff import Handoff, asked, give
from gastown.hooks.hook import Order
from gastown.hooks.sling import free_left_over, sling, unsling
from gastown.hooks.target import Target
from gastown.rigs.git import Repo
from gastown.rigs.slots import retire, slots, take
from gastown.rigs.worktree import add_worktree, list_worktrees
from gastown.town.town import Town
from tests.gastown.hooks.given import a_town, beads

GARDEN, BEADS = Target(rig="garden"), st.integers(0, 3)
STARTED: list[Town] = []


class Lifetimes(RuleBasedStateMachine):
    """Four beads of one rig, with real files and real git; `held` is what ought to stand."""

    def __init__(self) -> None:
        super().__init__()
        town = STARTED[0]
        self.town = Town(town.layout, town.config, MemoryLedger())
        self.rig = town.layout.rig("garden")
        self.beads = beads(self.town, "garden", "a", "b", "c", "d")
        self.held: dict[str, str] = {}
        self.begun: set[str] = set()
        self.at_work: set[str] = set()
        self.sessions = 0

    def teardown(self) -> None:
        for slot in slots(self.rig):
            retire(self.rig, slot.bead)

    @rule(number=BEADS)
    def is_slung(self, number: int) -> None:
        bead = self.beads[number]
        try:
            done = sling(self.town, [bead], GARDEN, Order())
        except GasTownError:
            assert self.town.ledger.show(bead).status != "open" or convoy_of(self.town.ledger, bead)
            return
        name = done.hooks[bead].partition("/")[2]
        assert self.held.setdefault(bead, name) == name

    @rule(number=BEADS)
    def a_sling_dies_before_its_hook(self, number: int) -> None:
        bead = self.beads[number]
        if self.town.ledger.show(bead).status == "open":
            name = take(self.rig, bead).name
            assert self.held.get(bead, name) == name

    @rule()
    def the_town_looks(self) -> None:
        free_left_over(self.town)

    @rule(number=BEADS)
    def is_taken_off(self, number: int) -> None:
        bead = self.beads[number]
        try:
            unsling(self.town, bead)
        except GasTownError:
            return
        if bead not in self.begun:
            del self.held[bead]

    @rule(number=BEADS)
    def a_session_begins(self, number: int) -> None:
        bead = self.beads[number]
        if self.town.ledger.show(bead).status not in {"hooked", "in_progress"}:
            return
        slot = take(self.rig, bead)
        assert slot.name == self.held[bead]
        self.town.ledger.update(bead, {"status": "in_progress"})
        tree = add_worktree(self.rig, self.rig.polecat(slot.name), slot.branch, "origin/main")
        (tree / "work.txt").write_text(bead)
        self.begun.add(bead)
        self.at_work.add(bead)

    @precondition(lambda self: self.at_work)
    @rule(data=st.data())
    def a_session_ends_hands_off_or_is_killed(self, data: st.DataObject) -> None:
        bead = data.draw(st.sampled_from(sorted(self.at_work)))
        self.sessions += 1
        folder = self.town.layout.session(f"hq-mol-{bead}", 1)
        folder.mkdir(parents=True, exist_ok=True)
        give(folder, self.sessions, Handoff(by="ann"))
        assert asked(folder) is None
        self.at_work.remove(bead)

    @precondition(lambda self: self.begun)
    @rule(data=st.data(), merged=st.booleans())
    def its_work_is_merged_or_given_up(self, data: st.DataObject, *, merged: bool) -> None:
        bead = data.draw(st.sampled_from(sorted(self.begun)))
        if merged:
            self.town.ledger.close(bead, "Merged in abc", evidence={"commit": "abc"})
        else:
            self.town.ledger.update(bead, {"status": "open", "assignee": ""})
            convoy = convoy_of(self.town.ledger, bead)
            if convoy is not None:
                self.town.ledger.close(convoy.id, "dropped")
        retire(self.rig, bead)
        self.begun.discard(bead)
        self.at_work.discard(bead)
        self.held.pop(bead, None)

    @invariant()
    def no_name_is_two_beads(self) -> None:
        found = slots(self.rig)
        assert len({slot.name for slot in found}) == len({slot.bead for slot in found})
        assert len({slot.name for slot in found}) == len(found)

    @invariant()
    def what_is_slung_or_begun_keeps_its_name(self) -> None:
        now = {slot.bead: slot.name for slot in slots(self.rig)}
        assert self.held.items() <= now.items()
        for bead in now.keys() - self.held.keys():  # a sling died: nothing lies under that name
            assert bead not in self.begun

    @invariant()
    def a_worktree_stands_from_its_first_session_to_the_end_of_its_slot(self) -> None:
        found = {tree.path.name for tree in list_worktrees(self.rig)}
        assert found == {self.held[bead] for bead in self.begun}
        for bead in self.begun:
            assert (self.rig.polecat(self.held[bead]) / "work.txt").read_text() == bead
            assert Repo(self.rig.canonical).branch_exists(f"polecat/{self.held[bead]}/{bead}")


@pytest.mark.usefixtures("town")
class TestLifetimes(Lifetimes.TestCase):
    settings = settings(
        max_examples=8,
        stateful_step_count=14,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


@pytest.fixture
def town(tmp_path: Path):
    STARTED[:] = [a_town(tmp_path)]
    yield
    STARTED.clear()
