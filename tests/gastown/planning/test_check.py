"""Check: what cannot become work is named, all of it at once; what can is let through."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.beads.bead import Bead
from gastown.planning.answer import RigPart
from gastown.planning.check import MOST_BEADS, doubles, faults
from tests.gastown.planning.given import RIGS, answer, bead

TOWN = (*RIGS, "cellar")
PART = RigPart(rig="garden", change="It changes.")

WRONG = {
    "no bead": (answer(beads=(), rigs=()), "beads: there is none"),
    "too many": (answer(*(bead(f"b{n}") for n in range(MOST_BEADS + 1))), "plan at most 40"),
    "nothing says when it is done": (answer(acceptance=()), "acceptance: the plan has none"),
    "a bead without criteria": (answer(bead("a", acceptance=())), "a: no acceptance criteria"),
    "an unknown rig": (answer(bead("a", rig="attic")), "a: unknown rig 'attic'; rigs of this plan"),
    "a rig nobody asked for": (answer(bead("a", rig="cellar")), "cellar is not to be touched"),
    "one title twice": (
        answer(bead("a", title="Dig it."), bead("b", title="dig  IT")),
        "a, b: one title, 'dig it'",
    ),
    "one key twice": (answer(bead("a", title="x"), bead("a", title="y")), "a: 2 beads have this"),
    "no key": (answer(bead("A b")), "'A b' is no key"),
    "a need of nothing": (answer(bead("a", "b")), "a: needs 'b', which is no bead of this plan"),
    "a bead that needs itself": (answer(bead("a", "a")), "a → a"),
    "a cycle": (answer(bead("a", "b"), bead("b", "c"), bead("c", "a")), "a → b → c → a"),
    "a rig without work": (answer(bead("a"), rigs=(PART, RigPart(rig="shed", change="x"))), "shed"),
    "a rig that is not named": (answer(bead("a"), rigs=()), "garden has beads and is not named"),
    "a rig named twice": (answer(bead("a"), rigs=(PART, PART)), "garden is named 2 times"),
}


@pytest.mark.parametrize("case", WRONG)
def test_each_fault_is_named(case: str):
    made, said = WRONG[case]

    assert any(said in fault for fault in faults(made, TOWN, RIGS)), faults(made, TOWN, RIGS)


def test_all_faults_are_named_at_once():
    made = answer(bead("a", "a", rig="attic", acceptance=()), acceptance=())

    assert len(faults(made, TOWN, RIGS)) >= 4


KEYS = st.lists(st.sampled_from([f"k{n}" for n in range(8)]), unique=True, min_size=1)


@settings(max_examples=60)
@given(KEYS, st.data())
def test_a_plan_whose_beads_need_earlier_ones_only_can_be_worked_on(keys, data):
    beads = [
        bead(key, *data.draw(st.sets(st.sampled_from(keys[:at]))) if at else ())
        for at, key in enumerate(keys)
    ]

    assert faults(answer(*data.draw(st.permutations(beads))), TOWN, RIGS) == []


@settings(max_examples=60)
@given(KEYS, st.data())
def test_a_need_that_goes_back_is_always_a_cycle(keys, data):
    first = data.draw(st.integers(0, len(keys) - 1))
    last = data.draw(st.integers(first, len(keys) - 1))
    chain = keys[first : last + 1]
    needs = {**dict(zip(chain[1:], chain[:-1], strict=True)), chain[0]: chain[-1]}
    beads = [bead(key, *([needs[key]] if key in needs else [])) for key in keys]

    assert any("cycle" in fault for fault in faults(answer(*beads), TOWN, RIGS))


def test_an_open_bead_of_the_same_title_is_told():
    at = datetime(2026, 1, 29, tzinfo=UTC)
    known = Bead(id="ga-1", title="do  COUNT", created_at=at, updated_at=at)

    assert doubles(answer().beads, [known]) == ["count: ga-1 has that title and is open"]
