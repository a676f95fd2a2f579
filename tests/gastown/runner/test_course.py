"""What a keeper does about its server, from what it sees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.runner.course import (
    FIRST_TRIES,
    MAX_PAUSE_S,
    MUTE,
    STEADY_S,
    TRIES,
    Seen,
    judge,
    pause_s,
)
from gastown.town.tables.local import FileTable

TABLE = FileTable(file="a.gguf", idle_s=60)
LOOKS = st.builds(
    Seen,
    now=st.floats(0, 1e6),
    alive=st.booleans(),
    answers=st.booleans(),
    mute=st.integers(0, 20),
    used_at=st.floats(0, 1e6),
    wanted=st.booleans(),
    up_since=st.none() | st.floats(0, 1e6),
    ever_up=st.booleans(),
    failures=st.integers(0, 10),
    pressed=st.sampled_from(["", "other programs need it"]),
    changed=st.sampled_from(["", "its row was changed"]),
    gone=st.booleans(),
)


@given(LOOKS, st.booleans())
def test_what_is_at_work_is_never_stopped_for_being_idle(seen, warm):
    step = judge(seen, TABLE.model_copy(update={"keep_warm": warm}))

    assert step.action not in {"unload", "reload"} or not seen.wanted
    assert step.reason or step.action == "wait"


@given(LOOKS)
def test_a_server_that_answers_is_started_again_only_for_its_row(seen):
    step = judge(seen, TABLE)

    if seen.alive and seen.answers:
        assert step.action in {"wait", "unload"} | ({"reload"} if seen.changed else set())
    elif seen.alive and seen.mute < MUTE:
        assert step.action == "wait"
    else:
        assert step.action in {"restart", "give_up"}


def test_the_pauses_double_up_to_a_minute():
    assert [pause_s(n) for n in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert pause_s(10_000) == MAX_PAUSE_S


def test_failures_in_a_row_end_in_giving_up_and_are_counted_on_the_way():
    failures, actions = 0, []
    while True:
        step = judge(Seen(0, alive=False, ever_up=True, failures=failures), TABLE)
        actions.append(step.action)
        if step.action == "give_up":
            break
        failures = step.failures

    assert actions == ["restart"] * (TRIES - 1) + ["give_up"]
    assert f"try {TRIES} of {TRIES}" in step.reason


def test_one_that_never_was_up_is_tried_twice_only():
    assert judge(Seen(0, alive=False), TABLE).action == "restart"
    assert judge(Seen(0, alive=False, failures=FIRST_TRIES - 1), TABLE).action == "give_up"


def test_after_a_steady_minute_earlier_failures_are_forgotten():
    crashed = Seen(STEADY_S, alive=False, ever_up=True, up_since=0, failures=TRIES - 1)

    assert judge(crashed, TABLE).failures == 1


@pytest.mark.parametrize(
    ("idle", "warm", "pressed", "action"),
    [
        (59, False, "", "wait"),
        (60, False, "", "unload"),
        (6000, True, "", "wait"),
        (0, True, "other programs leave 100 MiB", "unload"),
    ],
)
def test_an_idle_server_goes_after_its_time_or_when_its_memory_is_needed(
    idle, warm, pressed, action
):
    table = TABLE.model_copy(update={"keep_warm": warm})

    assert judge(Seen(1000 + idle, used_at=1000, pressed=pressed), table).action == action


def test_a_changed_row_is_loaded_anew_when_nobody_uses_it_warm_or_not():
    warm = TABLE.model_copy(update={"keep_warm": True})
    for table in (TABLE, warm):
        assert judge(Seen(100, used_at=99, changed="changed"), table).action == "reload"
        assert judge(Seen(100, used_at=99, changed="gone", gone=True), table).action == "unload"
        used = judge(Seen(100, used_at=99, wanted=True, changed="changed"), table)
        assert (used.action, used.reason) == ("wait", "changed; in use")
