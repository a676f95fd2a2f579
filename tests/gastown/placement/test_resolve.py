"""Which models a step may use: the specification's table, row by row."""

from dataclasses import dataclass, replace

import pytest
from pydantic import ValidationError

from gastown.placement.ask import Ask
from gastown.placement.resolve import resolve
from gastown.placement.seat import Hold, model_at
from gastown.stage import Seat, Slot
from tests.gastown.placement.town import config, long

POLECAT = Ask("polecat", rig="core", context=6000)
FIXUP, CONFLICT, REWORK, TRIAGE = "gt:pr-fixup", "gt:pr-conflict", "gt:rework", "gt:triage"
B, B_FIXUP, BEAD = "balanced: polecat", "balanced: polecat@gt:pr-fixup", "bead override"


@dataclass(frozen=True)
class Row:
    """Overrides and what is asked; `local > burst` with both reasons, or why there is no seat."""

    gives: str
    because: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    ask: Ask = POLECAT
    profile: str = "balanced"
    local_only: bool = False


def bead(*labels: str, **facts: object) -> Ask:
    """A polecat's bead on rig core, or what is said instead."""
    return replace(POLECAT, labels=labels, **facts)


# fmt: off
SEATS = {
    1: Row("q7 > q30", (B, B)),
    2: Row("q3 > g25lite", (B_FIXUP, B_FIXUP), ask=bead(FIXUP)),
    3: Row("q7 > q480", ("premium: polecat",) * 2, ask=bead(FIXUP), profile="premium"),
    4: Row("q7 > g25lite", ("frugal: polecat",) * 2, ask=bead(profile="frugal")),
    5: Row("q7 > q480", (B, "override polecat"), ("polecat.burst=q480",)),
    6: Row("q3 > q480", (B_FIXUP, "override polecat"), ("polecat.burst=q480",), bead(FIXUP)),
    7: Row("q7 > g3flash", (B, "override polecat on core"),
           ("polecat.burst=q480", "polecat on core=g3flash")),
    8: Row("q7 > q30", (B, B), ("polecat on core.burst=g3flash",), bead(rig="ui")),
    9: Row("q3 > q30", (B_FIXUP, "override polecat@gt:pr-fixup"),
           ("polecat@gt:pr-fixup=q30", "polecat on core=g3flash"), bead(FIXUP)),
    10: Row("q3 > q480", (B_FIXUP, "override polecat@gt:pr-fixup on core"),
            ("polecat@gt:pr-fixup on core=q480", "polecat@gt:pr-fixup=q30"), bead(FIXUP)),
    11: Row("none > q480", (BEAD, BEAD), ("polecat@gt:pr-fixup=q30",),
            bead(FIXUP, model=long("q480"))),
    12: Row("q7 > none", (BEAD, BEAD), ask=bead(model=long("q7"))),
    13: Row("q3 > g25lite", (B_FIXUP, B_FIXUP), ask=bead(FIXUP, model="kilo/kilo-auto/frontier")),
    14: Row("q7 > q30", (B, B), ask=bead(model="  ")),
    16: Row("q7 > q30", (B, B), ("polecat.burst=",)),
    17: Row("q7 > q30", (B, "override polecat"), ("polecat.burst=qwen3-coder-flash",)),
    18: Row("q7 > q480", (B, "override polecat@gt:pr-conflict"),
            ("polecat@gt:pr-conflict=q480", "polecat@gt:rework=q30"), bead(REWORK, CONFLICT)),
    19: Row("q7 > q30", (B, B), ask=bead("gt:held", "bug")),
    20: Row("q3 > g25lite", ("balanced: polecat@gt:triage",) * 2, ask=bead(TRIAGE)),
    22: Row("none > g3flash", ("balanced: mayor", "override mayor"), ("mayor.burst=g3flash",),
            bead(FIXUP, role="mayor", model=long("q7"), profile="frugal", local_only=True)),
    24: Row("r1-32 > q480", ("balanced: refinery",) * 2, ask=bead(FIXUP, role="refinery")),
    25: Row("none > q480", ("override refinery", "balanced: refinery"),
            ("refinery.local=none",), bead(role="refinery")),
    26: Row("none > q30", ("qwen3-coder-7b holds 14000 tokens: slot skipped", B),
            ask=bead(context=20_000)),
    28: Row("q7 > none", (B, "burst dropped: local only"), local_only=True),
}
HOLDS = {
    15: Row("unknown model haiku-9", ask=bead(model="haiku-9")),
    27: Row("qwen3-coder-7b holds 14000 tokens, bead needs 20000",
            ask=bead(context=20_000, model=long("q7"))),
    29: Row("no local model; local only", ask=bead(model=long("q480")), local_only=True),
    30: Row("no local model; local only", ask=bead(role="spotter", local_only=True)),
    33: Row("unknown role ''; roles: mayor, crew, defender, polecat, refinery, watchdog, "
            "librarian, gauger, spotter", ask=bead(role="")),
}
MISTAKES = {
    21: Row("seats.overrides.0: unknown role 'triage': use label gt:triage",
            overrides=("triage.burst=q30",)),
    23: Row("seats.overrides.0: mayor is town-level: it has no rig and no labels",
            overrides=("mayor on core=g3flash",)),
    31: Row("seats.overrides.0.burst: spotter needs vision, qwen3-coder-480b has none",
            overrides=("spotter.burst=q480",)),
    32: Row("seats.overrides.0.local: qwen3-coder-30b is cloud, slot is local",
            overrides=("polecat.local=q30",)),
}
# fmt: on


def test_the_table_has_33_rows():
    assert sorted([*SEATS, *HOLDS, *MISTAKES]) == list(range(1, 34))


@pytest.mark.parametrize("row", SEATS.values(), ids=[f"row {number}" for number in SEATS])
def test_a_seat_is_what_the_specification_says(row):
    town = config(*row.overrides, profile=row.profile, local_only=row.local_only)

    local, burst = (None if name == "none" else long(name) for name in row.gives.split(" > "))
    assert resolve(town, row.ask) == Seat(
        local=Slot(model=local, because=row.because[0]),
        burst=Slot(model=burst, because=row.because[1]),
    )


@pytest.mark.parametrize("row", HOLDS.values(), ids=[f"row {number}" for number in HOLDS])
def test_work_that_no_model_may_do_is_held_with_the_reason(row):
    town = config(*row.overrides, profile=row.profile, local_only=row.local_only)

    assert resolve(town, row.ask) == Hold(row.gives)


@pytest.mark.parametrize("row", MISTAKES.values(), ids=[f"row {number}" for number in MISTAKES])
def test_a_seat_that_cannot_be_is_refused_when_the_file_is_read(row):
    with pytest.raises(ValidationError) as refused:
        config(*row.overrides)

    assert refused.value.errors()[0]["msg"] == f"Value error, {row.gives}"


def test_a_label_that_no_rule_names_leaves_the_word_to_the_next_one():
    """The fixed order ranks what rules say, not what a bead carries."""
    assert resolve(config(), bead(CONFLICT, FIXUP)) == resolve(config(), bead(FIXUP))


def test_local_only_on_the_bead_is_as_on_its_rig():
    assert resolve(config(), bead(local_only=True)) == resolve(config(local_only=True), POLECAT)


def test_local_only_and_too_small_is_told_as_both():
    held = resolve(config(), bead(local_only=True, context=20_000))

    assert held == Hold("qwen3-coder-7b holds 14000 tokens, bead needs 20000; local only")


def test_a_profile_that_there_is_not_holds_the_convoy():
    held = resolve(config(), bead(profile="lavish"))

    assert held == Hold("unknown profile 'lavish'; profiles: balanced, frugal, premium")


def test_a_role_without_any_model_names_the_rule_that_took_it():
    town = config("refinery.local=none", "refinery.burst=none")

    assert resolve(town, Ask("refinery")) == Hold("no model for refinery (override refinery)")


def test_a_role_that_runs_tools_is_never_held():
    town = config("gauger.local=none", "gauger.burst=none")

    seat = resolve(town, Ask("gauger"))
    assert isinstance(seat, Seat)
    assert (seat.local.model, seat.burst.model) == (None, None)


def test_a_pinned_model_without_eyes_does_not_become_a_spotter():
    held = resolve(config(), Ask("spotter", model=long("q480")))

    assert held == Hold("qwen3-coder-480b has no vision, spotter needs it")


def test_an_own_profile_has_its_bases_rows_below_its_own():
    night = {"base": "balanced", "polecat": {"burst": long("g25lite")}}
    town = config(profile="night", profiles={"night": night})

    assert resolve(town, POLECAT) == Seat(
        local=Slot(model=long("q7"), because=B),
        burst=Slot(model=long("g25lite"), because="night: polecat"),
    )
    assert resolve(town, bead(FIXUP)) == resolve(config(), bead(FIXUP))


OWN = {
    "here": {"endpoint": "http://127.0.0.1:1/v1"},
    "there": {"endpoint": "http://127.0.0.1:2/v1", "where": "cloud", "vision": True},
}


def test_without_a_profile_one_model_serves_all_in_the_slot_of_where_it_runs():
    seats = {"default": "here", "roles": {"refinery": "there"}}
    town = config(seats=seats, models=OWN)

    nothing = Slot(model=None, because="seats.roles.refinery")
    assert resolve(town, Ask("polecat")) == Seat(
        local=Slot(model="here", because="seats.default"),
        burst=Slot(model=None, because="seats.default"),
    )
    assert resolve(town, Ask("refinery")) == Seat(
        local=nothing, burst=Slot(model="there", because="seats.roles.refinery")
    )


def test_without_any_seats_the_hold_says_what_to_set():
    held = resolve(config(seats={}), POLECAT)

    assert held == Hold("no model for polecat (seats.default is not set)")


def test_an_override_goes_before_the_towns_own_simple_profile_too():
    seats = {"default": "here", "overrides": [{"role": "polecat", "burst": "there"}]}
    seat = resolve(config(seats=seats, models=OWN), POLECAT)

    assert isinstance(seat, Seat)
    assert (seat.local.model, seat.burst.model) == ("here", "there")


def test_here_the_cloud_is_asked_where_no_model_of_the_pc_is_and_never_the_other_way():
    here, there = Slot(model="here", because=""), Slot(model="there", because="")
    nobody = Slot(model=None, because="")

    assert model_at(Seat(local=here, burst=there), "local") == "here"
    assert model_at(Seat(local=nobody, burst=there), "local") == "there"
    assert model_at(Seat(local=here, burst=there), "cloud") == "there"
    assert model_at(Seat(local=here, burst=nobody), "cloud") is None
