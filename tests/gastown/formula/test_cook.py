"""Cooking: one plan for one input, acyclic, complete, and with nothing that was not asked for."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from gastown.errors import FormulaError
from gastown.formula.cook import cook
from gastown.formula.model import Formula
from gastown.formula.plan import Plan, PlannedStep, Scope, Work
from gastown.formula.step import Step
from gastown.formula.var import Var
from tests.gastown.formula.given import TOWN, a_formula, closure, formulas, scopes


def test_every_text_is_filled_from_variables_and_bindings():
    step = Step(
        id="s",
        title="{{bead}}: {{bead_title}}",
        description="{{rig}} {{convoy}} {{v}}",
        notes="{{v}}",
        acceptance="{{v}}",
        design="{{v}}",
        type="{{kind}}",
        priority=1,
        labels=("for:{{bead}}",),
        assignee="{{v}}",
        role="{{v}}",
        metadata={"deep": ["{{bead}}", 1]},
        each="beads",
    )
    plan = cook(a_formula(step, v=Var(default="x"), kind=Var(default="bug")), TOWN, {"v": "y"})

    assert plan.by_key["s[g-1]"] == PlannedStep(
        key="s[g-1]",
        step="s",
        title="g-1: Show pages",
        description="game hq-cv-1 y",
        notes="y",
        acceptance="y",
        design="y",
        type="bug",
        priority=1,
        labels=("for:g-1",),
        assignee="y",
        role="y",
        metadata={"deep": ["g-1", 1]},
        needs=("s[a-1]",),
        rig="game",
        bead="g-1",
    )
    assert plan.vars == {"kind": "bug", "v": "y"}
    assert (plan.formula, plan.convoy) == ("f", "hq-cv-1")


def test_a_binding_hides_a_variable_of_the_same_name_only_where_it_binds():
    steps = (Step(id="a", title="{{rig}}", each="rigs"), Step(id="b", title="{{rig}}"))
    plan = cook(a_formula(*steps, rig=Var(default="mine")), TOWN, {})

    assert [step.title for step in plan.steps] == ["api", "game", "mine"]


def test_a_title_in_which_braces_stand_is_not_filled_again():
    scope = Scope(rigs=("r",), beads=(Work(id="b", rig="r", title="{{rig}}"),))
    plan = cook(a_formula(Step(id="s", title="{{bead_title}}", each="beads")), scope, {})

    assert plan.steps[0].title == "{{rig}}"


def test_without_a_title_the_key_stands_in():
    plan = cook(
        a_formula(Step(id="a", each="rigs"), Step(id="b", title="{{v}} ", needs=("a",)), v=Var()),
        TOWN,
        {},
    )

    assert [step.title for step in plan.steps] == ["a[api]", "a[game]", "b"]


def test_steps_stand_in_file_order_where_needs_allow():
    steps = (Step(id="z", needs=("a",)), Step(id="m"), Step(id="a"), Step(id="b"))

    assert [step.key for step in cook(a_formula(*steps), Scope(), {}).steps] == ["m", "a", "z", "b"]


def test_a_false_condition_leaves_the_order_of_the_others():
    steps = (
        Step(id="a"),
        Step(id="b", needs=("a",), condition="{{env}} == prod"),
        Step(id="c", needs=("b",)),
    )
    formula = a_formula(*steps, env=Var(default="test"))

    assert cook(formula, Scope(), {}).by_key["c"].needs == ("a",)
    assert cook(formula, Scope(), {"env": "prod"}).by_key["c"].needs == ("b",)


def test_a_plan_may_be_empty():
    assert cook(a_formula(Step(id="a", each="beads")), Scope(), {}).steps == ()


@pytest.mark.parametrize(
    ("formula", "scope", "values", "finding"),
    [
        (a_formula(Step(id="a", needs=("b",))), Scope(), {}, "steps.a.needs: no step 'b'"),
        (a_formula(Step(id="a", needs=("a",))), Scope(), {}, "steps.a.needs: a cycle: a → a"),
        (a_formula(Step(id="a")), Scope(rigs=("r", "r")), {}, "rig r is in the scope twice"),
        (a_formula(Step(id="a"), v=Var(required=True)), Scope(), {}, "missing: v"),
        (
            a_formula(Step(id="a", title="{{v}}")),
            Scope(),
            {"v": "x" * 501},
            "a: title of 501 characters, at most 500",
        ),
    ],
)
def test_what_cannot_be_cooked_is_said_with_the_file(
    formula: Formula, scope: Scope, values: dict[str, str], finding: str
):
    with pytest.raises(FormulaError) as error:
        cook(formula, scope, values)

    assert str(error.value).startswith(f"f.formula.toml: {finding}")


def test_beads_that_need_each_other_are_said_as_a_chain():
    beads = (
        Work(id="a", rig="r", title="A", needs=("b",)),
        Work(id="b", rig="r", title="B", needs=("a",)),
    )

    with pytest.raises(FormulaError, match="a → b → a"):
        cook(a_formula(Step(id="s", each="beads")), Scope(rigs=("r",), beads=beads), {})


def test_the_digest_tells_formula_scope_and_values_apart_and_nothing_else():
    formula = a_formula(Step(id="s", title="{{v}}"), v=Var(default="1"))
    elsewhere = formula.model_copy(update={"source": "g.toml", "digest": "0"})
    changed = formula.model_copy(update={"steps": (Step(id="s", title="{{v}}", notes="n"),)})
    base = cook(formula, TOWN, {}).digest

    assert cook(elsewhere, TOWN, {"v": "1"}).digest == base
    others = [cook(changed, TOWN, {}), cook(formula, Scope(), {}), cook(formula, TOWN, {"v": "2"})]
    assert len({base, *(plan.digest for plan in others)}) == 4
    assert len(base) == 12


def kept(formula: Formula) -> dict[str, Step]:
    """The steps whose condition holds, told from the one variable the random ones ask for."""
    on = formula.vars["on"].default == "yes"
    return {
        step.id: step
        for step in formula.steps
        if step.condition in {"", "{{on}}" if on else "!{{on}}"}
    }


def related(one: PlannedStep, other: PlannedStep, each: str, other_each: str) -> bool:
    """The table of docs/formulas.md, pair by pair."""
    kinds = {each, other_each}
    if kinds == {"beads"}:
        return one.bead == other.bead
    if kinds <= {"beads", "rigs"}:
        return one.rig == other.rig
    if kinds == {"assemblies"}:
        return (one.rig, one.assembly) == (other.rig, other.assembly)
    if each == other_each:
        return one.item == other.item
    return True


def promised(formula: Formula, plan: Plan) -> Iterator[tuple[str, str]]:
    """Every edge that the file promises, dropped and empty steps passed through."""
    written, there = {step.id: step for step in formula.steps}, kept(formula)
    for step in plan.steps:
        todo = list(written[step.step].edges)
        while todo:
            need = todo.pop()
            found = [
                other
                for other in plan.steps
                if need in there
                and other.step == need
                and related(step, other, written[step.step].each, written[need].each)
            ]
            yield from ((step.key, other.key) for other in found)
            todo += [] if found else written[need].edges


@settings(max_examples=150, deadline=None)
@given(formulas(), scopes())
def test_a_plan_is_complete_and_adds_only_what_beads_ask_for(formula: Formula, scope: Scope):
    plan = cook(formula, scope, {})
    asked = set(promised(formula, plan))
    there = {(step.key, need) for step in plan.steps for need in step.needs}
    needs = {bead.id: bead.needs for bead in scope.beads}

    assert asked <= there
    for key, need in there - asked:
        one, other = plan.by_key[key], plan.by_key[need]
        assert one.bead
        assert other.bead in needs[one.bead]


@settings(max_examples=150, deadline=None)
@given(formulas(), scopes())
def test_every_step_stands_after_what_it_needs_and_once(formula: Formula, scope: Scope):
    plan = cook(formula, scope, {})
    place = {step.key: number for number, step in enumerate(plan.steps)}

    assert len(place) == len(plan.steps)
    assert {step.step for step in plan.steps} <= set(kept(formula))
    for step in plan.steps:
        assert all(place[need] < place[step.key] for need in step.needs)


@settings(max_examples=150, deadline=None)
@given(formulas(), scopes())
def test_each_step_on_a_bead_comes_after_that_step_on_the_beads_it_needs(
    formula: Formula, scope: Scope
):
    plan = cook(formula, scope, {})
    before = closure(plan)
    for step_id in {step.step for step in plan.steps if step.bead}:
        for bead in scope.beads:
            for need in bead.needs:
                assert f"{step_id}[{need}]" in before[f"{step_id}[{bead.id}]"]


@settings(max_examples=150, deadline=None)
@given(formulas(), scopes())
def test_work_on_a_bead_begins_when_the_beads_it_needs_are_done(formula: Formula, scope: Scope):
    """Where beads are never gathered and taken up again, one bead is finished before the next."""
    plan = cook(formula, scope, {})
    before = closure(plan)
    gathered = {
        step.key
        for step in plan.steps
        if not step.bead and any(plan.by_key[need].bead for need in before[step.key])
    }
    if any(step.bead and before[step.key] & gathered for step in plan.steps):
        return
    for bead in scope.beads:
        mine = [step.key for step in plan.steps if step.bead == bead.id]
        theirs = {step.key for step in plan.steps if step.bead in bead.needs}
        assert all(theirs <= before[key] for key in mine)


@settings(max_examples=80, deadline=None)
@given(formulas(), scopes())
def test_the_order_of_dicts_changes_nothing(formula: Formula, scope: Scope):
    backwards = formula.model_copy(update={"vars": dict(reversed(formula.vars.items()))})
    values = {"x": "q", "on": "yes"}

    one = cook(formula, scope, values)
    other = cook(backwards, scope, dict(reversed(values.items())))

    assert one == other
    assert one == cook(formula, scope, values)


def test_convoy_and_the_only_rig_are_bound_where_no_variable_of_that_name_has_a_value():
    step = Step(id="a", title="{{convoy}} {{rig}}")
    scope = Scope(convoy="hq-cv-1", rigs=("api",))
    feed = a_formula(step, convoy=Var(), rig=Var())

    assert cook(a_formula(step), scope, {}).steps[0].title == "hq-cv-1 api"
    assert cook(feed, scope, {"convoy": "hq-cv-2"}).steps[0].title == "hq-cv-2 api"
    assert cook(feed, scope, {"rig": "game"}).steps[0].title == "hq-cv-1 game"
    assert cook(a_formula(step), Scope(rigs=("api", "game")), {}).steps[0].title.endswith("{{rig}}")
