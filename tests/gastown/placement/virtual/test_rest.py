"""What is left of a town at work is a town of its own: run on from there, it ends the same."""

from dataclasses import replace

from gastown.machine.capacity import Capacity
from gastown.placement.agenda import Agenda
from gastown.placement.ahead.order import Successive
from gastown.placement.ahead.plan import plan_ahead
from gastown.placement.hint import Hint
from gastown.placement.moment import FOR_EVER
from gastown.placement.outlook import Lease, Outlook, Purse
from gastown.placement.session import CloudRoute, LocalRoute, Session
from gastown.placement.virtual.laws import broken
from gastown.placement.virtual.rest import rest
from gastown.placement.virtual.run import Ahead, run
from gastown.placement.virtual.town import Fact, Town
from tests.gastown.placement.towns import open_town

ONE = Capacity(sandboxes=1)


def session(key: str, *needs: str, here: bool = True) -> Session:
    local = LocalRoute(100, ONE) if here else None
    return Session(key, needs=needs, local=local, cloud=CloudRoute(50, 1000))


def test_a_run_that_goes_on_ends_as_the_whole_one():
    """Interrupted at each start of a plan, what was left is run alone."""
    for seed in range(40):
        town = open_town(seed)
        lefts: list[Town] = []
        whole = run(town, ahead=Ahead(lambda left, lefts=lefts: lefts.append(left) or {}))
        for left in lefts:
            if left.now < max(convoy.start for convoy in town.convoys):
                continue  # a convoy that nobody knows of yet will change it
            alone = run(left)
            rest_of_it = [stay for stay in whole.stays if stay.start >= left.now]
            assert {stay.session.key: stay.where for stay in alone.stays} == {
                stay.session.key: stay.where for stay in rest_of_it
            }


def test_what_is_at_work_ends_when_its_lease_does_and_lets_others_begin():
    agenda = Agenda([session("a"), session("b", "a")], start=0, stretch=9)
    outlook = Outlook(40, ONE, (Lease("a", 100, ONE),))
    history = run(rest({"": agenda}, outlook))
    assert [(stay.session.key, stay.start) for stay in history.stays] == [("b", 100)]
    assert history.done == {"": 200}


def test_what_never_ends_keeps_its_room():
    agenda = Agenda([session("a")], start=0, stretch=9)
    outlook = Outlook(40, ONE, (Lease("x", 40 + FOR_EVER, ONE),))
    history = run(rest({"": agenda}, outlook))
    assert [(stay.where, stay.start) for stay in history.stays] == [("cloud", 40)]


def test_money_that_is_kept_for_others_is_not_there():
    agenda = Agenda([session("a", here=False)], start=0, stretch=0, purses=("day",))
    outlook = Outlook(0, ONE, purses={"day": Purse(5000, earmarked=1500)})
    assert rest({"": agenda}, outlook).limits == {"day": 4500}


def test_a_roles_purse_binds_its_sessions_alone():
    poor = replace(session("a"), purses=("role",))
    town = rest({"": Agenda([poor, session("b")], start=0, stretch=0)}, Outlook(0, ONE))
    town = replace(town, limits={"role": 10})
    history = run(town, log=True)
    assert {stay.session.key: stay.where for stay in history.stays} == {"a": "local", "b": "cloud"}
    assert broken(town, history) == []


def test_a_plan_is_made_at_the_start_and_when_a_session_ends_otherwise():
    town = open_town(3)
    made: list[float] = []
    planner = Ahead(lambda left: (made.append(left.now), plan_ahead(left, rollouts=2))[1])
    run(town, ahead=planner)
    starts = {convoy.start for convoy in town.convoys}
    assert set(made) == starts
    slow = {one.key: Fact(1.5, 1.5) for convoy in town.convoys for one in convoy.sessions}
    made.clear()
    run(replace(town, facts=slow), ahead=planner)
    assert len(made) > len(starts)


def test_a_new_plan_counts_from_when_it_is_there():
    """The first is waited for; the second is made at 50, when `a` ends late, and there at 60."""
    chain = [session("a"), session("b", "a"), session("c", "a")]
    town = rest({"": Agenda(chain, start=0, stretch=9)}, Outlook(0, ONE))
    town = replace(town, facts={"a": Fact(0.5)})
    plans = iter([{}, dict.fromkeys("bc", Hint(burst=True))])
    history = run(town, ahead=Ahead(lambda _: next(plans), seconds=10))
    starts = {stay.session.key: (stay.where, stay.start) for stay in history.stays}
    assert starts == {"a": ("local", 0), "b": ("local", 50), "c": ("cloud", 60)}


def test_plans_that_follow_one_another_are_each_convoys_own():
    town = open_town(7)
    town = replace(town, convoys=tuple(replace(one, stretch=1.0) for one in town.convoys))
    plan = Successive()
    first = plan(town)
    assert set(first) == {one.key for c in town.convoys for one in c.sessions if one.local}
    alone = Successive()(replace(town, convoys=town.convoys[:1]))
    assert {key: first[key] for key in alone} == alone
