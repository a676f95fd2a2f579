"""A vector that fits or does not, with the sum shown where it does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import OvercommitError
from gastown.machine.capacity import DIMENSIONS, Capacity, check_fit, shortages

amounts = st.integers(min_value=0, max_value=2**40)
capacities = st.builds(Capacity, **dict.fromkeys(DIMENSIONS, amounts))
asks = st.dictionaries(st.text(min_size=1, max_size=3), capacities, max_size=4)


def test_the_seeds_own_ten_p_cores_of_eight_are_refused_with_the_sum():
    plan = {
        "person": Capacity(p_cores=2),
        "Crew": Capacity(p_cores=2, ram_mib=22 * 1024),
        "Defender": Capacity(p_cores=6, ram_mib=20 * 1024),
    }

    with pytest.raises(OvercommitError) as told:
        check_fit(plan, Capacity(vram_mib=7577, ram_mib=131_072, p_cores=8, e_cores=4))

    assert str(told.value) == "P-cores: person 2 + Crew 2 + Defender 6 = 10 of 8, 2 too many"


def test_the_seeds_own_8_5_of_7_4_gb_are_refused_with_the_sum():
    plan = {
        "Llama 4 Scout": Capacity(vram_mib=2048),
        "Qwen3-Coder-7B": Capacity(vram_mib=6656),
    }

    with pytest.raises(OvercommitError) as told:
        check_fit(plan, Capacity(vram_mib=7577))

    assert str(told.value) == (
        "VRAM: Llama 4 Scout 2,048 + Qwen3-Coder-7B 6,656 = 8,704 of 7,577 MiB "
        "(8.5 of 7.4 GiB), 1,127 MiB too much"
    )


def test_every_dimension_that_lacks_is_told_at_once():
    lacking = shortages({"one": Capacity(e_cores=5, sandboxes=1)}, Capacity(p_cores=8))

    assert [(each.dimension, each.lacking) for each in lacking] == [
        ("e_cores", 5),
        ("sandboxes", 1),
    ]


def test_what_just_fits_is_not_refused():
    check_fit({"a": Capacity(p_cores=5), "b": Capacity(p_cores=3)}, Capacity(p_cores=8))


def test_less_than_nothing_cannot_be_had():
    with pytest.raises(ValueError, match="less than nothing"):
        Capacity(vram_mib=-1)


@settings(max_examples=60)
@given(capacities, capacities, capacities)
def test_adding_has_an_order_of_no_importance_and_nothing_as_its_zero(a, b, c):
    assert a + b == b + a
    assert (a + b) + c == a + (b + c)
    assert a + Capacity() == a


@settings(max_examples=60)
@given(capacities, capacities, capacities)
def test_what_is_left_is_never_less_than_nothing_nor_more_than_there_was(a, b, c):
    assert (a - b).fits(a)
    assert a + b - b == a
    assert a - b - c == a - (b + c)
    assert a.fits(b + (a - b))


@settings(max_examples=60)
@given(capacities, capacities, capacities)
def test_fitting_is_an_order_and_goes_with_what_is_left(a, b, c):
    assert a.fits(b) == (a - b == Capacity())
    assert a.fits(a + b)
    assert not (a.fits(b) and b.fits(a)) or a == b
    assert not (a.fits(b) and b.fits(c)) or a.fits(c)


@settings(max_examples=60)
@given(asks, capacities)
def test_nothing_lacks_exactly_when_the_sum_fits(asked, room):
    total = sum(asked.values(), Capacity())

    lacking = shortages(asked, room)

    assert (not lacking) == total.fits(room)
    for each in lacking:
        assert each.lacking == total[each.dimension] - room[each.dimension] > 0
