"""Growth: rounds of until loops and fan-outs, from what is on record and nothing else."""

import pytest

from gastown.errors import FormulaError
from gastown.formula.fanning import fanned
from gastown.formula.growth import grown, iterate
from gastown.formula.library import Frozen
from gastown.formula.model import Formula
from gastown.formula.outcome import Outcome, Outcomes
from gastown.formula.plan import Plan
from tests.gastown.formula.baked import baked, needs, read, shelf
from tests.gastown.formula.given import TOWN

UNTIL = """
[[steps]]
id = "before"
[[steps]]
id = "L"
needs = ["before"]
[steps.loop]
until = "check.output.ok == true"
max = 3
var = "i"
[[steps.loop.body]]
id = "try"
title = "round {i}"
[[steps.loop.body]]
id = "check"
needs = ["try", "before"]
[[steps]]
id = "after"
needs = ["L"]
"""
FAN = """
[[steps]]
id = "S"
[steps.on_complete]
for_each = "output.found.items"
bond = "g"
vars = {what = "{item.name} is {index}: {item}"}
[[steps]]
id = "after"
needs = ["S"]
waits_for = "all-children"
"""
BOND = """
[vars.what]
required = true
[[steps]]
id = "do"
title = "do {{what}}"
description = "{{rig}}"
[[steps]]
id = "then"
needs = ["do"]
"""


def closed(*keys: str, **outputs: dict[str, object]) -> Outcomes:
    """A record in which these steps are closed, some with an output."""
    said = {key: Outcome("closed") for key in keys}
    return Outcomes(said | {key: Outcome("closed", output) for key, output in outputs.items()})


def rounds(*answers: str) -> Outcomes:
    """A record of so many rounds, each with the answer of its check."""
    said: dict[str, Outcome] = {}
    for number, ok in enumerate(answers, 1):
        said[f"L.iter{number}.try"] = Outcome("closed")
        said[f"L.iter{number}.check"] = Outcome("closed", {"ok": ok == "yes"})
    return Outcomes(said)


def found(*items: object) -> Outcomes:
    return closed(S={"found": {"items": list(items)}})


def test_a_round_grows_when_the_one_before_is_done_and_the_condition_does_not_hold():
    plan = grown(baked(UNTIL), rounds("no"))

    assert needs(plan) == {
        "before": (),
        "L.iter1.try": ("before",),
        "L.iter1.check": ("L.iter1.try", "before"),
        "L.iter2.try": ("before", "L.iter1.check"),
        "L.iter2.check": ("L.iter2.try",),
        "L": ("before", "L.iter1.check", "L.iter2.check"),
        "after": ("L",),
    }
    assert plan.by_key["L.iter2.try"].title == "round 2"
    assert plan.by_key["L.iter2.check"].title == "L.iter2.check"
    assert plan.by_key["L"].members[2:] == ("L.iter2.try", "L.iter2.check")


@pytest.mark.parametrize(
    "record",
    [
        Outcomes(),
        closed("L.iter1.try"),
        Outcomes({"L.iter1.try": Outcome("closed"), "L.iter1.check": Outcome("failed")}),
        rounds("yes"),
        rounds("no", "yes"),
        rounds("no", "no", "no"),
        Outcomes({**rounds("no").steps, "L": Outcome("closed")}),
    ],
)
def test_nothing_grows_while_a_round_goes_on_or_when_the_loop_is_done(record: Outcomes):
    plan = baked(UNTIL)
    plan = grown(plan, Outcomes({key: one for key, one in record.steps.items() if key != "L"}))

    assert grown(plan, record) is plan
    assert len(plan.by_key["L"].members) <= 6


def test_what_had_begun_grows_again_after_a_crash_whatever_the_condition_says_now():
    """The condition may ask of files, which are others by then."""
    begun = {**rounds("yes").steps, "L.iter2.try": Outcome("in_progress")}

    assert "L.iter2.check" in grown(baked(UNTIL), Outcomes(begun)).by_key


def test_the_third_round_needs_the_last_of_the_second():
    plan = grown(baked(UNTIL), rounds("no", "no"))

    assert plan.by_key["L.iter3.try"].needs == ("L.iter2.check",)
    assert plan.by_key["L"].needs[-1] == "L.iter3.check"


def test_a_condition_that_can_not_be_told_is_said_with_its_loop():
    text = UNTIL.replace("check.output.ok == true", "env.HOME == x")

    with pytest.raises(FormulaError, match=r"^L: .*env\.HOME"):
        grown(baked(text), rounds("no"))
    assert grown(plan := baked(text), rounds("no"), join="other") is plan


def test_an_until_loop_of_which_nothing_is_left_closes_by_itself():
    inner = 'type = "expansion"\n[[template]]\nid = "{target}.x"\ncondition = "{{on}}"\n'
    head, _, _ = UNTIL.replace("check.output.ok", "step.output.ok").partition("[[steps.loop.body]]")
    body = '[[steps.loop.body]]\nid = "try"\nexpand = "g"\n'
    plan = baked(head + body, shelf(g=inner))

    assert needs(plan) == {"before": (), "L": ("before",)}
    assert grown(plan, Outcomes()) is plan


NESTED = """
[[steps]]
id = "L"
[steps.loop]
until = "b.output.ok == true"
max = 3
var = "i"
[[steps.loop.body]]
id = "M"
[steps.loop.body.loop]
until = "x.output.ok == true"
max = 3
var = "j"
[[steps.loop.body.loop.body]]
id = "x"
title = "{i}.{j}"
[[steps.loop.body]]
id = "b"
needs = ["M"]
"""


def test_loops_in_loops_grow_in_every_round():
    def done(*pairs: tuple[str, bool]) -> Outcomes:
        return Outcomes({key: Outcome("closed", {"ok": ok}) for key, ok in pairs})

    first = [("L.iter1.M.iter1.x", True), ("L.iter1.M", True), ("L.iter1.b", False)]
    plan = grown(baked(NESTED), done(*first, ("L.iter2.M.iter1.x", False)))

    assert needs(plan) == {
        "L.iter1.M.iter1.x": (),
        "L.iter1.M": ("L.iter1.M.iter1.x",),
        "L.iter1.b": ("L.iter1.M",),
        "L.iter2.M.iter1.x": ("L.iter1.b",),
        "L.iter2.M.iter2.x": ("L.iter2.M.iter1.x",),
        "L.iter2.M": ("L.iter2.M.iter1.x", "L.iter2.M.iter2.x"),
        "L.iter2.b": ("L.iter2.M",),
        "L": ("L.iter1.b", "L.iter2.b"),
    }
    assert plan.by_key["L.iter2.M.iter2.x"].title == "2.2"


def test_each_item_of_the_output_gets_the_formula_with_its_own_values():
    plan = grown(baked(FAN, shelf(g=BOND)), found({"name": "a"}, {"name": "b", "x": 1}))

    assert needs(plan) == {
        "S": (),
        "S.0.do": ("S",),
        "S.0.then": ("S.0.do",),
        "S.0": ("S.0.then",),
        "S.1.do": ("S",),
        "S.1.then": ("S.1.do",),
        "S.1": ("S.1.then",),
        "S.fanout": ("S", "S.0", "S.1"),
        "after": ("S", "S.fanout"),
    }
    assert plan.by_key["S.1.do"].title == 'do b is 1: {"name": "b", "x": 1}'
    assert plan.by_key["S.fanout"].members == ("S.0", "S.1")
    assert plan.by_key["S.0"].members == ("S.0.do", "S.0.then")
    assert plan.by_key["S.0.do"].parent == "S.0"
    assert plan.by_key["S.0"].parent == "S.fanout"


def test_one_after_the_other_where_the_file_says_so():
    text = FAN.replace('bond = "g"', 'bond = "g"\nsequential = true')
    plan = grown(baked(text, shelf(g=BOND)), found({}, {}, {}))
    after = needs(plan)

    assert (after["S.0.do"], after["S.1.do"], after["S.2.do"]) == (
        ("S",),
        ("S", "S.0"),
        ("S", "S.1"),
    )


def test_without_items_nothing_grows():
    plan = baked(FAN, shelf(g=BOND))

    assert grown(plan, found()) is plan


def test_nothing_is_fanned_out_before_the_step_is_closed_or_after_the_join_is():
    plan = baked(FAN, shelf(g=BOND))
    output = {"found": {"items": ["a"]}}

    assert grown(plan, Outcomes({"S": Outcome("in_progress", output)})) is plan
    assert grown(plan, Outcomes({**found("a").steps, "S.fanout": Outcome("closed")})) is plan


def test_what_a_model_says_is_text_and_fills_nothing_in():
    plan = grown(baked(FAN, shelf(g=BOND)), found({"name": "{{what}} {index} {item}"}))

    assert plan.by_key["S.0.do"].title.startswith("do {{what}} {index} {item} is 0")


def test_an_output_that_can_not_be_poured_is_said_with_its_join():
    plan = baked(FAN, shelf(g=BOND))

    with pytest.raises(FormulaError, match=r"^S\.fanout: .*'found\.items'"):
        grown(plan, closed(S={}))
    with pytest.raises(FormulaError, match="item 1 is int and has no fields"):
        grown(plan, found({"name": "a"}, 3))


def test_what_can_grow_does_so_although_something_else_can_not():
    plan = baked(UNTIL + FAN.replace('id = "after"', 'id = "end"'), shelf(g=BOND))
    record = Outcomes({**rounds("no").steps, "S": Outcome("closed", {})})

    assert "L.iter2.try" in grown(plan, record).by_key


def test_a_fan_out_is_bound_to_what_its_step_works_on():
    bond = BOND + '[[steps]]\nid = "each"\neach = "beads"\n[[steps]]\nid = "rigs"\neach = "rigs"\n'
    text = FAN.replace('id = "S"', 'id = "S"\neach = "rigs"', 1)
    plan = baked(text, shelf(g=bond), TOWN)
    output: dict[str, object] = {"found": {"items": [{"name": "a"}]}}
    plan = grown(plan, Outcomes({"S[game]": Outcome("closed", output)}))

    step = plan.by_key["S[game].0.do"]
    assert (step.rig, step.description, step.parent) == ("game", "game", "S[game].0")
    assert plan.by_key["S[game].0.each[g-1]"].bead == "g-1"
    assert "S[game].0.rigs[game]" in plan.by_key
    assert plan.by_key["S.fanout[game]"].members == ("S[game].0",)
    assert plan.by_key["S.fanout[api]"].members == ()


def test_what_is_poured_may_fan_out_and_loop_in_turn():
    inner = shelf(g=BOND + UNTIL + FAN.replace('"S"', '"T"').replace('bond = "g"', 'bond = "h"')
                  .replace('id = "after"', 'id = "end"'), h=BOND)  # fmt: skip
    plan = baked(FAN, inner)
    record = {**found({}).steps, "S.0.T": Outcome("closed", {"found": {"items": [{}]}})}
    record |= {"S.0.L.iter1.try": Outcome("closed"), "S.0.L.iter1.check": Outcome("closed")}
    plan = grown(plan, Outcomes(record))

    assert plan.by_key["S.0.T.0.do"].needs == ("S.0.T",)
    assert plan.by_key["S.0.L.iter2.try"].needs == ("S.0.before", "S.0.L.iter1.check")
    assert plan.by_key["S.0.T.fanout"].parent == "S.0"


def test_a_fan_out_in_a_loop_belongs_to_its_round():
    text = UNTIL.replace(
        'title = "round {i}"',
        'on_complete = {for_each = "output.items", bond = "g", vars = {what = "{item} {i}"}}',
    )
    record = {
        "L.iter1.try": Outcome("closed", {"items": ["a"]}),
        "L.iter1.try.fanout": Outcome("closed"),
        "L.iter1.check": Outcome("closed", {"ok": False}),
        "L.iter2.try": Outcome("closed", {"items": ["b"]}),
    }
    plan = grown(baked(text, shelf(g=BOND)), Outcomes(record))

    assert plan.by_key["L.iter2.try.0.do"].title == "do b 2"
    assert plan.by_key["L.iter2.try.fanout"].members == ("L.iter2.try.0",)


def test_editing_the_bonded_formula_later_changes_nothing():
    texts: dict[str, Formula] = {"g": read('extends = ["h"]\n', "g"), "h": read(BOND, "h")}
    plan = baked(FAN, Frozen(texts))
    before = grown(plan, found({"name": "a"}))
    texts["g"] = texts["h"] = read('[[steps]]\nid = "other"\n', "g")

    assert grown(plan, found({"name": "a"})) == before
    assert grown(Plan.model_validate_json(plan.model_dump_json()), found({"name": "a"})) == before


def test_the_parts_of_growth_refuse_steps_that_do_not_grow():
    plan = baked('[[steps]]\nid = "a"\n')

    with pytest.raises(ValueError, match="a is no until loop"):
        iterate(plan, "a")
    with pytest.raises(ValueError, match="a is fanned out to nothing"):
        fanned(plan, "a", {})
