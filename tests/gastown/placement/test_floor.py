from gastown.machine.capacity import Capacity
from gastown.placement.floor import Floor, Shape, unloads
from gastown.placement.outlook import Lease
from gastown.placement.session import Model

CAP = Capacity(vram_mib=8000, p_cores=6)
OLD = Model("old", Capacity(vram_mib=3000))
NEW = Model("new", Capacity(vram_mib=3000))


def lease(key: str, ends: float, vram: int, model: Model | None = None) -> Lease:
    return Lease(key, ends, Capacity(vram_mib=vram), model)


def test_the_earliest_start_is_the_first_end_that_frees_enough():
    floor = Floor(0.0, CAP, [lease("a", 30, 3000), lease("b", 10, 2000), lease("c", 20, 2000)])

    assert floor.earliest(Shape(Capacity(vram_mib=1000))) == (0.0, "")
    assert floor.earliest(Shape(Capacity(vram_mib=2000))) == (10, "the GPU")
    assert floor.earliest(Shape(Capacity(vram_mib=5000))) == (20, "the GPU")
    assert floor.earliest(Shape(Capacity(vram_mib=9000))) == (None, "the GPU")


def test_a_lease_that_should_have_ended_may_end_now():
    floor = Floor(50.0, CAP, [lease("a", 30, 8000)])

    assert floor.earliest(Shape(Capacity(vram_mib=1))) == (50.0, "the GPU")


def test_what_is_admitted_counts_at_once():
    floor = Floor(0.0, CAP, [])

    floor.admit(lease("a", 10, 5000))

    assert floor.earliest(Shape(Capacity(vram_mib=5000))) == (10, "the GPU")


def test_weights_count_once_for_all_that_use_them():
    two = Model("two", Capacity(vram_mib=5000), slots=2)
    floor = Floor(0.0, CAP, [lease("a", 10, 1500, two)])

    assert floor.earliest(Shape(Capacity(vram_mib=1500), two)) == (0.0, "")


def test_the_longest_unused_model_that_is_idle_makes_room():
    leases = [lease("a", 10, 1000, NEW)]

    assert unloads(CAP, leases, [OLD, NEW]) == ()
    assert unloads(CAP, [*leases, lease("b", 10, 2000)], [OLD, NEW]) == (OLD,)


def test_a_busy_model_stays_even_where_the_cap_shrank():
    assert unloads(Capacity(), [lease("a", 10, 1000, NEW)], [OLD, NEW]) == (OLD,)
