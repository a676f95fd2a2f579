"""Fault plans as text, and how often each fault strikes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import ConfigError
from gastown.rehearsal.faults import KINDS, Fault, FaultPlan, parse_faults


def test_a_plan_reads_kind_times_seconds_role_and_key():
    assert parse_faults("429*2~0.5, cut@polecat/combo-bonus,stall@watchdog,") == (
        Fault("429", times=2, seconds=0.5),
        Fault("cut", role="polecat", key="combo-bonus"),
        Fault("stall", role="watchdog"),
    )


@pytest.mark.parametrize("text", ["503", "cut*", "429*x", "cut@", "cut polecat"])
def test_a_bad_item_is_named_with_the_form(text: str):
    with pytest.raises(ConfigError, match=r"KIND\[\*TIMES\]") as error:
        parse_faults(f"500,{text}")

    assert repr(text) in str(error.value)


@settings(max_examples=40)
@given(
    faults=st.lists(
        st.builds(
            Fault,
            kind=st.sampled_from(KINDS),
            times=st.integers(0, 3),
            role=st.sampled_from(["", "polecat", "watchdog"]),
        ),
        max_size=4,
    )
)
def test_each_fault_strikes_as_often_as_it_says_and_then_all_is_normal(faults: list[Fault]):
    plan = FaultPlan(faults)
    asked = ["polecat", "watchdog", "librarian"] * 12

    struck = [plan.take(role, "key") for role in asked]

    for role, fault in zip(asked, struck, strict=True):
        assert fault is None or fault.role in {"", role}
    assert sum(f is not None for f in struck) == sum(fault.times for fault in faults)


def test_a_fault_for_one_key_spares_the_others():
    plan = FaultPlan([Fault("cut", role="polecat", key="combo")])

    assert plan.take("polecat", "other") is None
    assert plan.take("refinery", "combo") is None
    assert plan.take("polecat", "combo") == Fault("cut", role="polecat", key="combo")
