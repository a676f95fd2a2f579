"""Laws of resolution, over random towns and beads. TOWN_EXAMPLES=20000 looks longer."""

import os
import random
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.catalogue.roles import LABELS, ROLES
from gastown.placement.ask import Ask
from gastown.placement.resolve import resolve
from gastown.stage import Seat
from gastown.town.config import TownConfig
from gastown.town.rules import shipped_profiles
from tests.gastown.placement.town import SHORT, config, long

TOWN = config()
RIGS = ("", "core", "ui")
LOCAL = ("", "none", *map(long, ("q7", "q3", "q1.5", "r1-32")))
CLOUD = ("", "none", *map(long, ("q30", "q480", "g3flash", "kimi", "g25lite")))
SIGHTED = ("", "none", *map(long, ("g3flash", "kimi", "g25lite")))
PINS = ("", " ", "kilo/kilo-auto/frontier", "haiku-9", "qwen3-coder-flash", *SHORT.values())
laws = settings(max_examples=int(os.environ.get("TOWN_EXAMPLES", "200")), deadline=None)


@st.composite
def _override(draw) -> dict[str, str]:
    role = draw(st.sampled_from(list(ROLES)))
    place = {
        "label": draw(st.sampled_from(("", *LABELS))),
        "rig": draw(st.sampled_from(RIGS)),
    }
    return {
        "role": role,
        **({} if ROLES[role].town_level else place),
        "local": draw(st.sampled_from(("", "none") if ROLES[role].vision else LOCAL)),
        "burst": draw(st.sampled_from(SIGHTED if ROLES[role].vision else CLOUD)),
    }


def _place(one: dict[str, str]) -> tuple[str, ...]:
    return one["role"], one.get("label", ""), one.get("rig", "")


OVERRIDES = st.lists(_override(), max_size=8, unique_by=_place)
ASKS = st.builds(
    Ask,
    role=st.sampled_from([*ROLES, "", "triage"]),
    rig=st.sampled_from(RIGS),
    labels=st.lists(st.sampled_from((*LABELS, "bug", "gt:held")), unique=True).map(tuple),
    model=st.sampled_from(PINS),
    local_only=st.booleans(),
    context=st.sampled_from((0, 6_000, 20_000, 300_000)),
    profile=st.sampled_from(("", "frugal", "premium", "lavish")),
)


def town(overrides: list[dict[str, str]], **seats: Any) -> TownConfig:
    """A town with these overrides."""
    return config(seats={"profile": "balanced", **seats, "overrides": overrides})


@laws
@given(OVERRIDES, ASKS)
def test_no_bead_moves_the_mayor(overrides, ask):
    made = town(overrides)

    assert resolve(made, replace(ask, role="mayor")) == resolve(made, Ask("mayor"))


@laws
@given(OVERRIDES, ASKS, st.randoms(use_true_random=False))
def test_the_order_of_labels_and_of_rules_does_not_matter(overrides, ask, rng: random.Random):
    labels, rules = list(ask.labels), list(overrides)
    rng.shuffle(labels)
    rng.shuffle(rules)

    mixed = resolve(town(rules), replace(ask, labels=tuple(labels)))
    assert mixed == resolve(town(overrides), ask)


@laws
@given(OVERRIDES, ASKS)
def test_rules_of_other_roles_and_rigs_never_matter(overrides, ask):
    own = [
        one for one in overrides if one["role"] == ask.role and one.get("rig", "") in {"", ask.rig}
    ]

    assert resolve(town(own), ask) == resolve(town(overrides), ask)


@laws
@given(OVERRIDES, ASKS)
def test_constraints_only_narrow(overrides, ask):
    """What is left with a constraint was there without it."""
    made = town(overrides)
    narrow, wide = resolve(made, ask), resolve(made, replace(ask, local_only=False, context=0))

    if isinstance(narrow, Seat):
        assert isinstance(wide, Seat)
        assert narrow.local.model in {None, wide.local.model}
        assert narrow.burst.model in {None, wide.burst.model}
        assert not (ask.local_only and ask.role != "mayor" and narrow.burst.model)


@laws
@given(OVERRIDES, ASKS)
def test_a_model_sits_in_the_slot_of_where_it_runs(overrides, ask):
    seat = resolve(town(overrides), ask)

    if isinstance(seat, Seat):
        rows = TOWN.catalogue.rows
        assert seat.local.model is None or rows[seat.local.model].where == "local"
        assert seat.burst.model is None or rows[seat.burst.model].where == "cloud"


@laws
@given(
    OVERRIDES,
    ASKS,
    st.sampled_from(LOCAL[2:]),
    st.sampled_from(SIGHTED[2:]),
    st.sampled_from(sorted(shipped_profiles())),
)
def test_a_changed_profile_never_moves_what_an_override_of_the_role_set(
    overrides, ask, here, there, before
):
    """Profiles are kept up to date by others; what a person decided stays."""
    local = "none" if ask.role in {"spotter", ""} else here
    fixed = {"role": ask.role or "polecat", "local": local, "burst": there}
    if fixed["role"] == "triage":
        fixed["role"] = "polecat"
    rules = [one for one in overrides if _place(one) != _place(fixed)]
    asked = replace(ask, role=fixed["role"], profile="")

    seats = [resolve(town([*rules, fixed], profile=name), asked) for name in (before, "premium")]
    assert seats[0] == seats[1]
