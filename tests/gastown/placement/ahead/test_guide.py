"""A plan is made before a convoy begins and anew when facts deviate, and nobody waits for it."""

from dataclasses import dataclass, field, replace

import pytest

from gastown.machine.capacity import Capacity
from gastown.placement.agenda import Agenda
from gastown.placement.ahead.guide import FIRST_S, Guide
from gastown.placement.ahead.order import Order
from gastown.placement.ahead.planner import Heard
from gastown.placement.hint import Hint
from gastown.placement.outlook import Lease, Outlook
from gastown.placement.session import CloudRoute, LocalRoute, Session

ONE = Capacity(sandboxes=1)


def session(key: str, *needs: str) -> Session:
    return Session(key, needs=needs, local=LocalRoute(100, ONE), cloud=CloudRoute(50, 1000))


CHAIN = (session("a"), session("b", "a"), session("c", "b"))
TOOL = Session("tool", local=LocalRoute(5, ONE))


@dataclass
class Desk:
    """A planner that answers when the test says so."""

    free: bool = True
    orders: list[Order] = field(default_factory=list[Order])
    heard: list[Heard] = field(default_factory=list[Heard])

    def ask(self, order: Order, heard: Heard) -> None:
        self.orders.append(order)
        self.heard.append(heard)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def agenda():
    return Agenda((*CHAIN, TOOL), start=0, stretch=3)


@pytest.fixture
def guide(agenda, desk):
    return Guide(agenda, desk, lambda: None)


def at(now: float, *leases: Lease, cap: Capacity = ONE) -> Outlook:
    return Outlook(now, cap, leases)


def test_what_could_run_in_both_places_waits_for_the_first_plan_and_no_longer(guide, desk):
    assert not guide.waits(CHAIN[0], 0)
    guide.look(at(0), {})
    assert guide.waits(CHAIN[0], 0)
    assert not guide.waits(TOOL, 0)
    assert not guide.waits(CHAIN[0], FIRST_S)
    desk.heard[0]({"a": Hint(1, burst=True)})
    assert not guide.waits(CHAIN[0], 0.5)
    assert guide.hints == {"a": Hint(1, burst=True)}


def test_while_all_goes_as_planned_the_plan_stands(guide, agenda, desk):
    guide.look(at(0), {})
    guide.begun("a", 100)
    guide.closed("a", 101)
    agenda.close("a")
    guide.look(at(101), {})
    assert len(desk.orders) == 1


def test_an_end_at_another_time_has_the_rest_planned_anew_from_the_last_plan(guide, agenda, desk):
    guide.look(at(0), {})
    desk.heard[0]({"b": Hint(2)})
    guide.begun("a", 100)
    guide.closed("a", 150)
    agenda.close("a")
    guide.look(at(150), {})
    order = desk.orders[1]
    assert order.last == {"b": Hint(2)}
    assert [one.key for one in order.town.convoys[0].sessions] == ["b", "c", "tool"]
    assert order.town.convoys[0].target == agenda.target
    assert not guide.waits(CHAIN[1], 150)


def test_a_failure_and_work_that_is_sent_back_are_reasons_to_plan_anew(guide, agenda, desk):
    guide.look(at(0), {})
    agenda.fail("tool")
    guide.put_back("tool")
    guide.look(at(1), {})
    agenda.close("a")
    agenda.ask(CHAIN[0], 399)
    guide.look(at(399), {})
    assert len(desk.orders) == 3


def test_a_machine_that_lends_otherwise_is_a_reason_too(guide, desk):
    guide.look(at(0), {})
    guide.look(at(1, cap=replace(ONE, ram_mib=100)), {})
    assert len(desk.orders) == 1
    guide.look(at(2, cap=replace(ONE, ram_mib=4000)), {})
    assert len(desk.orders) == 2


def test_another_convoy_on_the_machine_is_a_reason_and_ones_own_lease_is_none(guide, desk):
    guide.look(at(0), {})
    guide.look(at(1, Lease("17", 90, ONE)), {"17": "a"})
    assert len(desk.orders) == 1
    guide.look(at(2, Lease("18", 90, ONE)), {})
    assert len(desk.orders) == 2
    guide.look(at(3, Lease("18", 90, ONE)), {})
    guide.look(at(4), {})
    assert len(desk.orders) == 2


def test_sessions_at_work_go_by_their_leases_and_without_one_until_they_should_end(guide, desk):
    guide.begun("a", 100)
    guide.begun("tool", 5)
    guide.look(at(10, Lease("17", 90, ONE), Lease("18", 40, ONE)), {"17": "a"})
    assert desk.orders[0].town.leases == (
        Lease("a", 90, ONE),
        Lease("18", 40, ONE),
        Lease("tool", 10),
    )


def test_one_plan_at_a_time(guide, desk):
    desk.free = False
    guide.look(at(0), {})
    assert desk.orders == []
    desk.free = True
    guide.look(at(1), {})
    assert len(desk.orders) == 1


def test_where_there_is_nothing_to_choose_nothing_is_planned(desk):
    guide = Guide(Agenda([TOOL], start=0, stretch=1), desk, lambda: None)
    guide.look(at(0), {})
    assert desk.orders == []


def test_a_plan_that_could_not_be_made_changes_nothing(guide, desk):
    guide.look(at(0), {})
    desk.heard[0](None)
    assert guide.hints == {}
    assert not guide.waits(CHAIN[0], 0)
