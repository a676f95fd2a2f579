"""A model's weights count once: in its lease, or beside the claims of those who will load it."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.machine.admission.ask import Ask, Demand, Lease, claimed
from gastown.machine.capacity import Capacity
from gastown.placement.floor import Floor, Shape
from gastown.placement.moment import outlook_of
from gastown.placement.resident import NO_RESIDENTS, Residents, residents
from gastown.placement.session import LocalRoute, Model, Session

TOWN = "/t/oak"
SLOT = "model:q7"
WEIGHTS = Capacity(vram_mib=4800)
Q7 = Model("q7", WEIGHTS, slots=2, slot=SLOT)
WORK = LocalRoute(60, Capacity(p_cores=1, sandboxes=1), Q7)
CAP = {"vram_mib": 8000, "ram_mib": 64_000, "p_cores": 6, "e_cores": 4, "sandboxes": 8}


def lease(ask: Ask, token: int = 1) -> Lease:
    return Lease(token, token, "pc:1:1", ask, 0.0, 60.0, "fits")


def kept(town: str = TOWN, *, pending: bool = False) -> Lease:
    return lease(Ask(SLOT, Demand(WEIGHTS), kind="residency", town=town, pending=pending))


def at_work(token: int) -> Lease:
    return lease(Ask(f"sk-{token}", WORK.demand, town=TOWN, expect_s=60), token)


def here(*leases: Lease, stay: tuple[str, ...] = ()) -> Residents:
    return residents(leases, TOWN, {SLOT: Q7}, stay)


def floor(*leases: Lease, stay: tuple[str, ...] = ()) -> Floor:
    known = here(*leases, stay=stay)
    moment = outlook_of(0.0, CAP, leases, 0.0, purses={}, shut={}, residents=known)
    return Floor(moment.now, moment.cap, moment.leases)


def shape(*leases: Lease, stay: tuple[str, ...] = ()) -> Shape:
    local = here(*leases, stay=stay).session(Session("s", local=WORK)).local
    assert local is not None
    return Shape(local.claims, local.model)


def test_a_model_in_memory_need_not_be_loaded_again():
    for pending in (True, False):
        held = here(kept(pending=pending), at_work(2))
        assert held.movable == {SLOT: WEIGHTS}
        assert not held.loads(Session("s", local=WORK))


def test_a_model_counts_with_what_its_lease_holds():
    grown = Capacity(vram_mib=5000)
    held = here(lease(Ask(SLOT, Demand(grown), kind="residency", town=TOWN)))
    assert held.model(Q7).weights == grown


def test_a_model_that_stays_is_a_lease_and_its_sessions_add_nothing():
    held = here(kept(), stay=(SLOT,))
    assert held.fixed == {SLOT}
    assert held.model(Q7) == replace(Q7, weights=Capacity())
    assert not held.loads(Session("s", local=WORK))


def test_a_model_that_is_not_loaded_is_to_be_even_by_one_who_is_let_in_already():
    held = here(at_work(2))
    assert held.model(Q7) == Q7
    assert held.loads(Session("s", local=WORK))


def test_another_towns_model_of_that_name_is_another():
    held = here(kept("/t/elm"))
    assert held.movable == {}
    assert held.fixed == frozenset()
    assert not floor(kept("/t/elm")).fits(Capacity(vram_mib=4000))


def test_a_model_at_an_endpoint_and_a_tool_are_left_as_they_are():
    held = here(kept())
    for local in (None, LocalRoute(5), LocalRoute(5, model=Model("far", WEIGHTS))):
        session = Session("s", local=local)
        assert held.session(session) == session
        assert not held.loads(session)


def test_an_idle_model_that_may_leave_is_free_room_and_one_that_stays_is_not():
    assert floor(kept()).fits(Capacity(vram_mib=4000))
    assert not floor(kept(), stay=(SLOT,)).fits(Capacity(vram_mib=4000))


def test_without_a_town_nobody_is_in_memory():
    assert NO_RESIDENTS.loaded == ()


@settings(max_examples=60, deadline=None)
@given(
    workers=st.integers(0, 1),
    is_kept=st.booleans(),
    is_stubborn=st.booleans(),
    vram=st.integers(0, 8000),
)
def test_the_weights_are_in_the_sum_once_whoever_works(workers, is_kept, is_stubborn, vram):
    """One more session fits exactly where the others' claims and the weights, once, leave room."""
    stay = (SLOT,) if is_stubborn else ()
    others = lease(Ask("other", Demand(Capacity(vram_mib=vram))), 9)
    leases = [others, *(at_work(n) for n in range(2, 2 + workers))] + [kept()] * is_kept
    total = claimed(leases) + WORK.claims + (Capacity() if is_kept else WEIGHTS)

    short = floor(*leases, stay=stay).earliest(shape(*leases, stay=stay))[1]

    assert (short == "") == total.fits(Capacity(**CAP))


def test_a_session_that_will_load_keeps_its_models_room_from_others():
    free = Shape(Capacity(vram_mib=4000))
    assert floor().fits(free.claims)
    assert not floor(at_work(2)).fits(free.claims)


def test_there_are_as_many_at_once_as_the_model_has_slots():
    leases = [kept(), at_work(2), at_work(3)]
    assert floor(*leases).earliest(shape(*leases)) == (60.0, "a slot of q7")
