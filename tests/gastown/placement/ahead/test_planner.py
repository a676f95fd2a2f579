"""Plans are made in another process: the same as here, and none is left behind."""

import queue

from gastown.placement.ahead.order import FEWEST, ORDER, PLAN, Order
from gastown.placement.ahead.planner import NO_PLANNER, ProcessPlanner
from gastown.placement.hint import Hints
from gastown.placement.virtual.maps import PC, REFGPU
from gastown.placement.virtual.progress import foreseen
from gastown.placement.virtual.rigs import Cook
from gastown.placement.virtual.town import Town


def order(rigs: int = 1, beads: int = 1, last: Hints | None = None) -> Order:
    return Order(Town(PC, (foreseen(Cook(REFGPU, 1).convoy(rigs, beads)),)), last or {})


def test_an_order_and_a_plan_survive_their_journey():
    one = order()
    assert ORDER.validate_json(ORDER.dump_json(one)) == one
    plan = one.plan()
    assert PLAN.validate_json(PLAN.dump_json(dict(plan))) == plan


def test_the_plan_is_the_one_that_would_be_made_here():
    answers: queue.SimpleQueue[Hints | None] = queue.SimpleQueue()
    complaints: list[str] = []
    with ProcessPlanner(complaints.append) as planner:
        assert planner.free
        planner.ask(order(), answers.put)
        assert not planner.free
        assert answers.get(timeout=60) == order().plan()
        assert not planner.free  # it rests
    assert complaints == []


def test_nobody_hears_of_a_plan_whose_run_has_ended():
    answers: queue.SimpleQueue[Hints | None] = queue.SimpleQueue()
    planner = ProcessPlanner(lambda _: None)
    planner.ask(order(3, 5), answers.put)
    planner.close()
    assert answers.empty()
    assert not planner.free


def test_the_more_is_left_the_less_is_tried_and_a_new_plan_begins_with_the_last():
    assert order().rollouts > order(last=order().plan()).rollouts > order(20, 20).rollouts
    assert order(20, 20).rollouts == FEWEST


def test_without_a_planner_none_is_asked():
    assert not NO_PLANNER.free
