"""A further formula on a molecule that is under way."""

import pytest

from gastown.convoys.bond import Bond, bonded_plan
from gastown.convoys.course import Course, Mark, check_growth
from gastown.errors import FormulaError
from gastown.formula.cook import cook
from gastown.formula.parse import parse_formula
from gastown.formula.plan import Plan, Scope

SHIP = """
formula = "ship"
[[steps]]
id = "build"
[[steps]]
id = "sign"
needs = ["build"]
[[compose.bond_points]]
id = "built"
after_step = "build"
[[compose.bond_points]]
id = "unsigned"
before_step = "sign"
[[compose.bond_points]]
id = "start"
before_step = "build"
"""
SCAN = """
formula = "scan"
[[steps]]
id = "look"
[[steps]]
id = "tell"
needs = ["look"]
"""


def plan(text: str) -> Plan:
    return cook(parse_formula(text, "x.formula.toml"), Scope(), {})


def bonded(**how: str) -> Plan:
    return bonded_plan(plan(SHIP), plan(SCAN), Bond.model_validate({"ref": "extra", **how}))


@pytest.mark.parametrize(
    ("how", "first"),
    [
        ({}, ("sign",)),
        ({"mode": "parallel"}, ()),
        ({"after": "build"}, ("build",)),
        ({"at": "built"}, ("build",)),
        ({"at": "unsigned"}, ("build",)),
        ({"at": "start"}, ()),
    ],
)
def test_its_first_steps_wait_for_what_was_said_and_nothing_old_changes(how, first):
    grown = bonded(**how)

    assert grown.by_key["extra.look"].needs == first
    assert grown.by_key["extra.tell"].needs == ("extra.look",)
    assert grown.by_key["extra"].needs == ("extra.tell",)
    check_growth(plan(SHIP), grown)


def test_a_conditional_one_waits_for_its_condition():
    grown = bonded(mode="conditional", condition="steps.build.status == 'failed'")
    (gate,) = grown.by_key["extra.look"].needs
    assert grown.by_key[gate].kind == "gate"
    assert Course(grown, {"build": Mark(closed=True)}).gates() == [grown.by_key[gate]]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"ref": "sign"}, "taken"),
        ({"ref": "a b"}, "no space"),
        ({"ref": ""}, "no space"),
        ({"after": "none"}, "no step 'none'"),
        ({"at": "none"}, "it has: built, unsigned, start"),
        ({"mode": "conditional"}, "needs a condition"),
        ({"condition": "x"}, "needs a condition"),
    ],
)
def test_what_does_not_fit_is_said(how, said):
    with pytest.raises(FormulaError, match=said):
        bonded(**how)


def test_two_may_be_bonded_under_names_of_their_own():
    once = bonded()
    twice = bonded_plan(once, plan(SCAN), Bond(ref="again"))
    assert twice.by_key["again.look"].needs == ("extra",)
    with pytest.raises(FormulaError, match="taken"):
        bonded_plan(once, plan(SCAN), Bond(ref="extra"))
