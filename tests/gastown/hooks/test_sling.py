"""A sling hangs beads and their convoy at once, and what dies on the way leaves nothing half."""

import os
import signal
import sys
from pathlib import Path

import pytest

from gastown.beads.bead import Bead
from gastown.convoys.convoy import convoy_of, create_convoy
from gastown.convoys.molecule import pour
from gastown.errors import ClaimedError, LedgerError
from gastown.formula.plan import Plan
from gastown.hooks.hook import Order, hook_on, hooks, order_of, unlaunched
from gastown.hooks.sling import free_left_over, sling, unsling
from gastown.hooks.target import Target
from gastown.rigs.slots import slot_of, slots, take
from gastown.rigs.worktree import add_worktree
from gastown.town.town import Town
from tests.gastown.hooks.given import a_town, beads
from tests.gastown.rigs.given import alone

ORDER = Order(formula="quick", values={"a": "b"}, profile="frugal")
GARDEN = Target(rig="garden")


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return a_town(tmp_path)


def test_each_bead_hangs_on_a_polecat_of_its_own_and_one_convoy_carries_them(town: Town):
    dig, plant = beads(town, "garden", "Dig", "Plant")

    slung = sling(town, [dig, plant], GARDEN, ORDER, actor="ann")

    assert slung.hooks == {dig: "garden/agate", plant: "garden/amber"}
    (convoy,) = unlaunched(town.ledger)
    assert (convoy.id, convoy.title) == (slung.convoy, "Dig and 1 more")
    assert convoy.metadata["profile"] == "frugal"
    assert order_of(convoy) == Order(formula="quick", values={"a": "b"})
    one = hook_on(town.ledger, town.config, "garden/agate/")
    assert (one.bead, one.state, one.convoy, one.formula) == (dig, "hooked", convoy.id, "quick")


def test_without_a_target_each_goes_to_its_own_rig(town: Town):
    (dig,), (swim,) = beads(town, "garden", "Dig"), beads(town, "pond", "Swim")

    slung = sling(town, [dig, swim], None, Order(title="Both"))

    assert slung.hooks == {dig: "garden/agate", swim: "pond/agate"}
    assert town.ledger.show(slung.convoy).title == "Both"


def test_a_polecat_is_named_and_keeps_to_one_bead(town: Town):
    dig, plant = beads(town, "garden", "Dig", "Plant")
    opal = Target(rig="garden", name="opal")

    assert sling(town, [dig], opal, ORDER).hooks == {dig: "garden/opal"}

    with pytest.raises(ClaimedError, match=f"opal works on {dig}"):
        sling(town, [plant], opal, ORDER)
    with pytest.raises(LedgerError, match="one bead at a time; sling 2 to a rig"):
        sling(town, beads(town, "garden", "x", "y"), opal, ORDER)


def test_what_hangs_on_a_persons_hook_is_carried_by_nothing(town: Town):
    (dig,) = beads(town, "garden", "Dig")

    sling(town, [dig], Target(rig="garden", crew="ann"), ORDER)

    (hook,) = hooks(town.ledger, town.config)
    assert (hook.agent, hook.by_person, hook.said) == ("garden/crew/ann", True, "a person's")
    assert unlaunched(town.ledger) == []
    assert slots(town.layout.rig("garden")) == ()


@pytest.mark.parametrize("wrong", ["rig", "blocked", "hooked", "closed", "travels", "looked at"])
def test_what_cannot_be_slung_is_refused_and_nothing_stays_of_it(town: Town, wrong: str):
    dig, plant = beads(town, "garden", "Dig", "Plant")
    said = ""

    def look(convoy: Bead) -> None:
        if wrong == "looked at":
            raise LedgerError(f"no model for it: {convoy.title}")

    match wrong:
        case "rig":
            plant, said = beads(town, "pond", "Swim")[0], "is a bead of the rig pond, not of garden"
        case "blocked":
            town.ledger.link(plant, beads(town, "garden", "first")[0])
            said = "is blocked by"
        case "hooked":
            town.ledger.hook({plant: "garden/wren"})
            said = "is on the hook of garden/wren already; take it off: town unsling"
        case "closed":
            town.ledger.close(plant, "done")
            said = "is closed"
        case "travels":
            create_convoy(town.ledger, town.config, "Spring", [plant])
            said = r"travels with hq-cv-.* \(Spring\) already"
        case _:
            said = "no model for it: Dig and 1 more"

    before = town.ledger.find()

    with pytest.raises(LedgerError, match=said):
        sling(town, [dig, plant], GARDEN, ORDER, look=look)

    assert town.ledger.find() == before
    assert slots(town.layout.rig("garden")) == ()


def test_taken_off_before_it_began_bead_slot_and_convoy_are_as_if_never_slung(town: Town):
    dig, plant = beads(town, "garden", "Dig", "Plant")
    convoy = sling(town, [dig, plant], GARDEN, ORDER).convoy

    first = unsling(town, dig, "not now")

    assert (first.agent, first.closed, first.kept) == ("garden/agate", "", "")
    assert convoy_of(town.ledger, dig) is None
    assert unsling(town, "garden/amber", "nor that").closed == convoy
    assert town.ledger.show(convoy).close_reason == "unslung: nor that"
    assert slots(town.layout.rig("garden")) == ()
    sling(town, [dig, plant], GARDEN, ORDER)


def test_a_slot_in_which_work_lies_stays_with_a_bead_that_is_taken_off(town: Town):
    (dig,) = beads(town, "garden", "Dig")
    rig = town.layout.rig("garden")
    slot = take(rig, dig)
    add_worktree(rig, rig.polecat(slot.name), slot.branch, "origin/main")
    sling(town, [dig], GARDEN, ORDER)

    assert unsling(town, dig).kept == "garden/agate"
    assert slot_of(rig, dig) == slot


def test_what_has_begun_is_not_taken_off(town: Town):
    (dig, plant) = beads(town, "garden", "Dig", "Plant")
    convoy = sling(town, [dig, plant], GARDEN, ORDER).convoy
    town.ledger.update(dig, {"status": "in_progress"})

    with pytest.raises(LedgerError, match=f"its work has begun.*town convoy drop {convoy}"):
        unsling(town, dig)
    pour(town.ledger, Plan(formula="quick", digest="d", convoy=convoy, steps=()))
    with pytest.raises(LedgerError, match=f"{convoy}, which is under way"):
        unsling(town, plant)


def _sling_and_die(at: str, root: Path, bead: str) -> None:
    town = Town.open(root)

    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    if at == "before":
        type(town.ledger).hook = die
    sling(town, [bead], GARDEN, ORDER)
    die()


def test_killed_before_the_hook_its_slot_is_left_over_and_given_back(town: Town):
    dig, plant = beads(town, "garden", "Dig", "Plant")
    rig = town.layout.rig("garden")
    sling(town, [plant], GARDEN, ORDER)

    assert alone(_sling_and_die, "before", town.root, dig) == -signal.SIGKILL

    assert slot_of(rig, dig) is not None
    assert free_left_over(town) == [f"garden/amber ({dig})"]
    assert [slot.bead for slot in slots(rig)] == [plant]
    assert town.ledger.show(dig).status == "open"


def test_killed_after_the_hook_all_that_a_launch_needs_stands_in_the_ledger(town: Town):
    (dig,) = beads(town, "garden", "Dig")

    assert alone(_sling_and_die, "after", town.root, dig) == -signal.SIGKILL

    (convoy,) = unlaunched(Town.open(town.root).ledger)
    assert order_of(convoy) == Order(formula="quick", values={"a": "b"})
    assert free_left_over(town) == []
    with pytest.raises(ClaimedError, match="is on the hook of garden/agate already"):
        sling(town, [dig], GARDEN, ORDER)


def _unsling_and_die(calls: int, root: Path, bead: str) -> None:
    """Die at a call, a return or a step into C."""
    town, left = Town.open(root), calls

    def count(_: object, event: str, __: object) -> None:
        nonlocal left
        left -= event in {"call", "return", "c_call"}
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    unsling(town, bead)
    os._exit(0)


def test_killed_while_it_is_taken_off_no_bead_and_no_convoy_is_forgotten(town: Town):
    (dig,) = beads(town, "garden", "Dig")
    seen = set[bool]()
    for calls in (50, *range(400, 3_000, 500), 0):
        convoy = sling(town, [dig], GARDEN, ORDER).convoy
        alone(_unsling_and_die, calls, town.root, dig)

        still = [hook.bead for hook in hooks(town.ledger, town.config)] == [dig]
        assert town.ledger.show(convoy).status == ("open" if still else "closed")
        free_left_over(town)
        assert len(slots(town.layout.rig("garden"))) == still
        seen.add(still)
        if still:
            unsling(town, dig)

    assert seen == {True, False}
