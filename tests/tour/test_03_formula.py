"""3. Formulas: a workflow as a text, cooked into a plan.

A formula says which steps there are and what each needs. Cooking it over a convoy gives the plan:
one node for each thing that will run. Cooking is pure; the same inputs give the same plan.
"""

import pytest

from gastown.errors import FormulaError
from gastown.formula.cook import cook
from gastown.formula.parse import parse_formula
from gastown.formula.plan import Scope, Work

BAKERY = """
formula = "bakery"

[vars.loaf]
default = "rye"
enum = ["rye", "wheat"]

[[steps]]
id = "test"
title = "write tests for {{rig}}"
role = "defender"
each = "rigs"

[[steps]]
id = "work"
title = "{{bead_title}} for {{loaf}}"
role = "polecat"
each = "beads"
needs = ["test"]

[[steps]]
id = "taste"
title = "taste it"
needs = ["work"]
"""

CONVOY = Scope(
    convoy="hq-cv-1",
    rigs=("oven", "shop"),
    beads=(
        Work(id="ov-1", rig="oven", title="bake"),
        Work(id="sh-1", rig="shop", title="sell", needs=("ov-1",)),
    ),
)


def plan_of(text, **values: str):
    return cook(parse_formula(text, "bakery.formula.toml"), CONVOY, values)


def test_each_makes_a_step_for_every_rig_or_bead():
    plan = plan_of(BAKERY)

    assert [step.key for step in plan.steps] == [
        "test[oven]",
        "test[shop]",
        "work[ov-1]",
        "work[sh-1]",
        "taste",
    ]


def test_a_need_stays_within_the_rig_and_follows_the_beads():
    """The shop's work waits for the shop's tests, and for the oven's bead that it needs."""
    needs = {step.key: set(step.needs) for step in plan_of(BAKERY).steps}

    assert needs["work[ov-1]"] == {"test[oven]"}
    assert needs["work[sh-1]"] == {"test[shop]", "work[ov-1]"}
    assert needs["taste"] == {"work[ov-1]", "work[sh-1]"}


def test_names_in_braces_are_filled_in():
    titles = [step.title for step in plan_of(BAKERY, loaf="wheat").steps]

    assert titles[0] == "write tests for oven"
    assert titles[2] == "bake for wheat"


def test_the_same_inputs_give_the_same_plan():
    assert plan_of(BAKERY) == plan_of(BAKERY)
    assert plan_of(BAKERY).digest != plan_of(BAKERY, loaf="wheat").digest


def test_a_mistake_is_told_before_anything_runs():
    with pytest.raises(FormulaError, match="wrok"):
        plan_of(BAKERY.replace('needs = ["work"]', 'needs = ["wrok"]'))
