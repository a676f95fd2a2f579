"""Which instances an edge between two steps joins: one test per rule."""

from typing import Literal

import pytest

from gastown.formula.cook import cook
from gastown.formula.plan import Scope, Work
from gastown.formula.step import Step
from gastown.formula.var import Var
from tests.gastown.formula.given import TOWN, a_formula, closure, edges

# The same town without dependencies between beads.
FREE = TOWN.model_copy(
    update={"beads": tuple(bead.model_copy(update={"needs": ()}) for bead in TOWN.beads)}
)
BEADS = ("a-1", "g-1", "a-2")
Each = Literal["", "rigs", "beads", "assemblies", "tags", "more"]


def joined(needed: Each, dependent: Each, scope: Scope = FREE) -> dict[str, set[str]]:
    """The needs of every instance of a step that needs another, by key."""
    steps = (Step(id="n", each=needed), Step(id="d", each=dependent, needs=("n",)))
    tags, more = Var(default="x,y", type="list"), Var(default="x", type="list")
    plan = cook(a_formula(*steps, tags=tags, more=more), scope, {})
    return {key: needs for key, needs in edges(plan).items() if key.startswith("d")}


def keys(each: Each) -> set[str]:
    """The keys of all instances of the needed step."""
    return {key.replace("d", "n", 1) for key in joined("", each)}


def test_bead_to_bead_is_the_same_bead():
    assert joined("beads", "beads") == {f"d[{bead}]": {f"n[{bead}]"} for bead in BEADS}


def test_bead_to_rig_is_the_beads_of_the_rig():
    assert joined("beads", "rigs") == {"d[api]": {"n[a-1]", "n[a-2]"}, "d[game]": {"n[g-1]"}}


def test_rig_to_bead_is_the_rig_of_the_bead():
    assert joined("rigs", "beads") == {
        "d[a-1]": {"n[api]"},
        "d[a-2]": {"n[api]"},
        "d[g-1]": {"n[game]"},
    }


def test_rig_to_rig_is_the_same_rig():
    assert joined("rigs", "rigs") == {"d[api]": {"n[api]"}, "d[game]": {"n[game]"}}


@pytest.mark.parametrize("other", ["rigs", "beads", "tags", ""])
def test_an_assembly_waits_for_all_and_all_wait_for_assemblies(other: Each):
    for needs in joined(other, "assemblies").values():
        assert needs == keys(other)
    for needs in joined("assemblies", other).values():
        assert needs == {"n[web]", "n[cli]"}


def test_assembly_to_assembly_is_the_same_assembly():
    assert joined("assemblies", "assemblies") == {"d[web]": {"n[web]"}, "d[cli]": {"n[cli]"}}


@pytest.mark.parametrize("each", ["rigs", "beads", "assemblies", "tags"])
def test_without_each_on_one_side_it_is_all(each: Each):
    assert joined(each, "") == {"d": keys(each)}
    assert all(needs == {"n"} for needs in joined("", each).values())


def test_items_of_one_variable_are_the_same_item_and_of_two_all():
    assert joined("tags", "tags") == {"d[x]": {"n[x]"}, "d[y]": {"n[y]"}}
    assert joined("tags", "more") == {"d[x]": {"n[x]", "n[y]"}}


def test_an_item_and_a_rig_are_not_related():
    assert joined("rigs", "tags") == {
        "d[x]": {"n[api]", "n[game]"},
        "d[y]": {"n[api]", "n[game]"},
    }


def test_a_step_without_instances_vanishes_and_its_dependents_inherit():
    steps = (
        Step(id="gauge", each="rigs"),
        Step(id="spot", each="assemblies", needs=("gauge",)),
        Step(id="judge", each="assemblies", needs=("spot",)),
        Step(id="report", needs=("judge",)),
    )
    scope = FREE.model_copy(update={"assemblies": ()})

    assert edges(cook(a_formula(*steps), scope, {})) == {
        "gauge[api]": set(),
        "gauge[game]": set(),
        "report": {"gauge[api]", "gauge[game]"},
    }


def test_beads_stay_in_order_where_a_step_between_theirs_vanishes():
    steps = (
        Step(id="work", each="beads"),
        Step(id="build", each="assemblies", needs=("work",)),
        Step(id="report", each="beads", needs=("build",)),
    )
    scope = TOWN.model_copy(update={"assemblies": ()})

    assert edges(cook(a_formula(*steps), scope, {}))["work[g-1]"] == {"report[a-1]"}


def test_a_rig_without_beads_inherits_through_what_its_beads_would_have_done():
    steps = (
        Step(id="defend", each="rigs"),
        Step(id="work", each="beads", needs=("defend",)),
        Step(id="watch", each="rigs", needs=("work",)),
    )
    scope = Scope(rigs=("api", "idle"), beads=(Work(id="a-1", rig="api", title="A"),))

    plan = edges(cook(a_formula(*steps), scope, {}))

    assert plan["watch[idle]"] == {"defend[idle]"}
    assert plan["watch[api]"] == {"work[a-1]"}


def test_an_empty_list_gives_no_instances():
    steps = (Step(id="a", each="tags"), Step(id="b", needs=("a",)))

    assert edges(cook(a_formula(*steps, tags=Var()), TOWN, {})) == {"b": set()}


PAIR = (
    Step(id="defend", each="rigs"),
    Step(id="work", each="beads", needs=("defend",)),
    Step(id="refine", each="beads", needs=("work",)),
)


def test_a_beads_first_steps_wait_for_the_last_steps_of_the_beads_it_needs():
    plan = edges(cook(a_formula(*PAIR), TOWN, {}))

    assert plan["work[g-1]"] == {"defend[game]", "refine[a-1]"}
    assert plan["work[a-2]"] == {"defend[api]", "refine[a-1]"}
    assert plan["refine[g-1]"] == {"work[g-1]"}


def test_a_rig_step_is_not_delayed_by_beads_that_need_others():
    plan = cook(a_formula(*PAIR), TOWN, {})

    assert closure(plan)["defend[game]"] == set()


def test_several_first_and_last_steps_are_all_joined():
    steps = (
        Step(id="w1", each="beads"),
        Step(id="w2", each="beads"),
        Step(id="mid", each="beads", needs=("w1", "w2")),
        Step(id="r1", each="beads", needs=("mid",)),
        Step(id="r2", each="beads", needs=("mid",)),
    )
    plan = edges(cook(a_formula(*steps), TOWN, {}))

    for first in ("w1[g-1]", "w2[g-1]"):
        assert plan[first] == {"r1[a-1]", "r2[a-1]"}
    assert plan["mid[g-1]"] == {"w1[g-1]", "w2[g-1]"}


def test_a_later_round_on_the_beads_waits_only_for_the_same_round():
    steps = (
        *PAIR,
        Step(id="watch", each="rigs", needs=("refine",)),
        Step(id="report", each="beads", needs=("watch", "refine")),
    )
    plan = edges(cook(a_formula(*steps), TOWN, {}))

    assert plan["work[a-2]"] == {"defend[api]", "refine[a-1]"}
    assert plan["report[a-2]"] == {"watch[api]", "refine[a-2]", "report[a-1]"}


def test_beads_stay_in_order_where_a_condition_drops_one_of_their_steps():
    steps = (*PAIR[:2], PAIR[2].model_copy(update={"condition": "{{review}}"}))
    formula = a_formula(*steps, review=Var(default="no"))

    assert edges(cook(formula, TOWN, {}))["work[g-1]"] == {"defend[game]", "work[a-1]"}
