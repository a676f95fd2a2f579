"""The decision over the queue: nobody gets too much, nobody starves, nothing idles for nothing."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.machine.admission.order import Held, Order, Wish, decide

CAP = {"vram_mib": 8, "p_cores": 4, "sandboxes": 3}
amounts = st.dictionaries(st.sampled_from(sorted(CAP)), st.integers(1, 9), min_size=1)
spans = st.none() | st.integers(1, 20).map(float)


def wish(ticket: int, expect_s: float | None = None, **wanted: int) -> Wish:
    return Wish(ticket, wanted, CAP, expect_s)


def held(ends_at: float | None = None, **wanted: int) -> Held:
    return Held(wanted, ends_at)


def started(order: Order) -> list[int]:
    return [one.ticket for one in order.starts]


def total(name: str, *groups: Sequence[Held | Wish]) -> int:
    return sum(one.amounts.get(name, 0) for group in groups for one in group)


def test_all_that_fits_starts_in_order():
    order = decide([], [wish(1, vram_mib=5), wish(2, p_cores=4), wish(3, vram_mib=3)], 0)

    assert started(order) == [1, 2, 3]


def test_a_vector_is_taken_whole_or_not_at_all():
    order = decide([held(p_cores=3)], [wish(1, vram_mib=5, p_cores=2)], 0)

    assert order.starts == ()
    assert order.waits[0].because == "waits for p_cores: 3 taken + 2 asked of 4"


def test_a_small_one_does_not_overtake_a_large_one_whose_start_is_not_known():
    order = decide([held(vram_mib=5)], [wish(1, vram_mib=6), wish(2, vram_mib=1)], 0)

    assert started(order) == []
    assert order.waits[1].because == "its turn comes after ticket 1, which it would delay"


def test_one_that_wants_other_things_than_the_blocked_one_starts():
    order = decide([held(vram_mib=5)], [wish(1, vram_mib=6, p_cores=1), wish(2, p_cores=3)], 0)

    assert started(order) == [2]


def test_one_that_leaves_too_little_of_a_shared_thing_waits():
    order = decide([held(vram_mib=5)], [wish(1, vram_mib=6, p_cores=2), wish(2, p_cores=3)], 0)

    assert started(order) == []


def test_one_that_ends_before_the_blocked_one_can_start_goes_first():
    order = decide(
        [held(10.0, vram_mib=5)],
        [wish(1, vram_mib=6), wish(2, 10.0, vram_mib=1), wish(3, 10.5, vram_mib=2)],
        0.0,
    )

    # 3 would still be there at 10, and leave 6 of 8 to the blocked one: enough.
    assert started(order) == [2, 3]
    late = decide([held(10.0, vram_mib=5)], [wish(1, vram_mib=7), wish(3, 10.5, vram_mib=2)], 0.0)
    assert started(late) == []


def test_what_was_let_past_counts_against_the_next():
    order = decide(
        [held(10.0, vram_mib=5)],
        [wish(1, vram_mib=6), wish(2, 99.0, vram_mib=2), wish(3, 99.0, vram_mib=1)],
        0.0,
    )

    assert started(order) == [2]


def test_one_that_would_not_fit_an_empty_machine_holds_nobody_up():
    shrunk = Wish(1, {"vram_mib": 6}, {"vram_mib": 4})

    assert started(decide([], [shrunk, wish(2, vram_mib=4)], 0)) == [2]


def test_a_cap_below_what_is_held_lets_nothing_new_in():
    small = Wish(1, {"vram_mib": 1}, {"vram_mib": 3})

    assert decide([held(vram_mib=5)], [small], 0).starts == ()
    assert started(decide([held(vram_mib=2)], [small], 0)) == [1]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(amounts, spans), max_size=4), st.lists(st.tuples(amounts, spans), max_size=8)
)
def test_no_start_takes_more_than_there_is_and_none_is_idle_for_nothing(holding, wanting):
    standing = [Held(one, ends) for one, ends in holding]
    queue = [Wish(n, one, CAP, ends) for n, (one, ends) in enumerate(wanting)]

    order = decide(standing, queue, 0.0)

    for name, cap in CAP.items():
        if total(name, order.starts):
            assert total(name, standing, order.starts) <= cap
    # Whoever waits lacks something, or shares something with the one that holds the reservation.
    for one in order.waits:
        if one.behind is None:
            asked = one.wish.amounts[one.lacks]
            assert total(one.lacks, standing, order.starts) + asked > CAP[one.lacks]
        else:
            assert queue[one.behind].amounts.keys() & one.wish.amounts.keys()
    assert len(order.starts) + len(order.waits) == len(queue)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(amounts, st.integers(1, 20)), min_size=1, max_size=10))
def test_a_stream_of_small_ones_does_not_starve_any_that_fits_at_all(wanting):
    """A new small one comes at every end; still each of the first gets its turn, soon."""
    queue = [Wish(n, one, CAP, float(lasts)) for n, (one, lasts) in enumerate(wanting)]
    queue = [one for one in queue if all(one.amounts[n] <= CAP[n] for n in one.amounts)]
    mine, now = {one.ticket for one in queue}, 0.0
    running: list[tuple[Wish, float]] = []
    bound = sum(one.expect_s or 0 for one in queue) + 40

    for number in range(1000, 3000):
        order = decide([Held(one.amounts, ends) for one, ends in running], queue, now)
        running += [(one, now + (one.expect_s or 0)) for one in order.starts]
        queue = [one.wish for one in order.waits]
        mine -= {one.ticket for one in order.starts}
        if not mine:
            break
        now = min(ends for _, ends in running)
        running = [(one, ends) for one, ends in running if ends > now]
        queue.append(wish(number, 3.0, vram_mib=1, sandboxes=1))
    assert not mine
    assert now <= bound
