"""How much may still be admitted, with others at work on the same machine."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.machine.room import Measured, room_of

amounts = st.integers(min_value=0, max_value=200_000)
measurements = st.none() | st.builds(Measured, amounts, st.just("NVML"), amounts)


def test_without_a_measurement_it_is_what_the_claims_leave():
    room = room_of(9216, 5000)

    assert (room.amount, room.reason) == (4216, "9,216 lent - 5,000 claimed")


def test_a_heavy_program_takes_room_and_gives_it_back():
    """A 3080 with 6,000 of its 10,240 MiB used by a game that the person opened."""
    before, during = Measured(10_240, "NVML", 256), Measured(4240, "NVML", 256)

    assert room_of(9216, 0, before).amount == 9216
    assert room_of(9216, 0, during).amount == 3984
    assert room_of(9216, 0, during).reason == (
        "other programs: 4,240 free (NVML) - 256 margin; without them 9,216"
    )


def test_a_cap_below_what_runs_leaves_no_room_and_says_what_is_waited_for():
    room = room_of(4000, 6500, Measured(9000, "NVML", 256))

    assert room.amount == 0
    assert room.reason == "6,500 claimed of 4,000: nothing new until 2,500 are given back"


def test_a_model_that_is_loading_is_not_free_memory():
    """5,000 are claimed and not used yet, the person uses 4,000: 1,240 are left, not 4,216."""
    measured = Measured(6240, "NVML")

    assert room_of(9216, 5000, measured).amount == 4216
    room = room_of(9216, 5000, measured, pending=5000)
    assert room.amount == 1240
    assert "5,000 claimed and not in use yet" in room.reason


@settings(max_examples=200)
@given(amounts, amounts, measurements, amounts)
def test_room_is_never_negative_and_never_more_than_claims_or_others_leave(
    cap, ours, measured, pending
):
    room = room_of(cap, ours, measured, pending=pending)

    assert 0 <= room.amount <= max(0, cap - ours)
    assert room.reason
    if measured is not None:
        assert room.amount <= max(0, measured.free - measured.margin - pending)


@settings(max_examples=100)
@given(amounts, amounts, measurements, amounts)
def test_admitting_what_there_is_room_for_leaves_that_much_less(cap, ours, measured, part):
    room = room_of(cap, ours, measured)
    taken = min(part, room.amount)

    after = room_of(cap, ours + taken, measured, pending=taken)

    assert after.amount == room.amount - taken


@settings(max_examples=100)
@given(amounts, amounts, st.integers(min_value=0, max_value=100_000), amounts)
def test_what_others_take_never_adds_room(cap, ours, free, taken):
    less = room_of(cap, ours, Measured(free, "psutil"))

    assert less.amount <= room_of(cap, ours, Measured(free + taken, "psutil")).amount


@pytest.mark.parametrize("free", [0, 100, 256])
def test_the_margin_is_left_to_others_whatever_happens(free):
    assert room_of(9216, 0, Measured(free, "NVML", 256)).amount == 0
