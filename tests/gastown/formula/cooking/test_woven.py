"""What holds of every formula that others are woven into."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.formula.compose import (
    Advice,
    AdviceStep,
    Around,
    Compose,
    ExpandRule,
    Hook,
    MapRule,
    Pointcut,
)
from gastown.formula.cook import cook
from gastown.formula.library import Frozen
from gastown.formula.model import Formula
from gastown.formula.plan import Plan, Scope
from gastown.formula.step import Loop, Step
from tests.gastown.formula.given import closure

TAGS = st.sampled_from(["", "hot", "cold"])


@st.composite
def dags(draw: st.DrawFn, form: str, most: int) -> tuple[Step, ...]:
    """Steps that need earlier ones, by either key, in any order of the file."""
    names = [form.format(number) for number in range(draw(st.integers(1, most)))]
    steps: list[Step] = []
    for number, name in enumerate(names):
        before = st.lists(st.sampled_from(names[:number] or [""]), unique=True, max_size=2)
        needs, depends_on = draw(before), draw(before)
        steps.append(
            Step(
                id=name,
                needs=tuple(filter(None, needs)),
                depends_on=tuple(filter(None, depends_on)),
                labels=tuple(filter(None, [draw(TAGS)])),
            )
        )
    return tuple(draw(st.permutations(steps)))


@st.composite
def grown(draw: st.DrawFn, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The same with children, loops, joins of children and inline expansions here and there."""
    found: list[Step] = []
    for step in steps:
        kind = draw(st.sampled_from(["", "", "", "children", "loop", "expand", "wait"]))
        update: dict[str, object] = {}
        if kind == "children":
            first = Step(id=f"{step.id}~a")
            update["children"] = (first, Step(id=f"{step.id}~b", needs=(first.id,)))
        elif kind == "loop":
            update["loop"] = Loop(count=2, body=(Step(id="r"), Step(id="q", needs=("r",))))
        elif kind == "expand":
            update["expand"] = draw(st.sampled_from(["one", "two"]))
        elif kind == "wait" and step.edges:
            update["waits_for"] = draw(
                st.sampled_from(["all-children", f"children-of({step.edges[-1]})"])
            )
        found.append(step.model_copy(update=update))
    return tuple(found)


@st.composite
def towns(draw: st.DrawFn) -> tuple[Formula, Frozen]:
    """A workflow with all that weaves, over formulas of all kinds."""
    steps = draw(grown(draw(dags("s{}", 5))))
    plain = [step.id for step in steps if not (step.loop or step.children or step.expand)]
    rules = draw(st.lists(st.sampled_from(plain), unique=True, max_size=3)) if plain else []
    nested = draw(dags("{{target}}.n{}", 3))
    nested = (nested[0].model_copy(update={"expand": "one"}), *nested[1:])
    library = Frozen(
        {
            "one": Formula(name="one", type="expansion", template=draw(dags("{{target}}.t{}", 4))),
            "two": Formula(name="two", type="expansion", template=nested),
            "asp": Formula(name="asp", type="aspect", advice=(draw(advice("asp")),)),
            "w": Formula(name="w", steps=draw(dags("w{}", 3))),
        }
    )
    expansion = st.sampled_from(["one", "two"])
    compose = Compose(
        expand=tuple(
            ExpandRule.model_validate({"target": name, "with": draw(expansion)}) for name in rules
        ),
        map=draw(st.lists(globs().map(_map), max_size=1).map(tuple)),
        aspects=("asp",) if draw(st.booleans()) else (),
        hooks=draw(st.lists(hooks(), max_size=1).map(tuple)),
    )
    own = (draw(advice("own")),) if draw(st.booleans()) else ()
    cuts = draw(st.lists(st.builds(Pointcut, glob=globs(), label=TAGS), max_size=2))
    formula = Formula(
        name="f", steps=steps, compose=compose, advice=own, pointcuts=tuple(cuts) if own else ()
    )
    return formula, library


def _map(select: str) -> MapRule:
    return MapRule.model_validate({"select": select, "with": "one"})


def globs() -> st.SearchStrategy[str]:
    return st.sampled_from(["*", "s0", "s1", "*.t0", "s[2-4]", "s0.*", "s?"])


def hooks() -> st.SearchStrategy[Hook]:
    return st.builds(
        Hook,
        trigger=st.sampled_from(["label:hot", "type:task", "priority:2"]),
        attach=st.just("w"),
        at=st.sampled_from(["", "before", "after"]),
    )


@st.composite
def advice(draw: st.DrawFn, name: str) -> Advice:
    before = (AdviceStep(id=f"{{step.id}}.{name}-b"),)
    after = (AdviceStep(id=f"{{step.id}}.{name}-a"),)
    how = draw(st.sampled_from(["before", "after", "around"]))
    if how == "around":
        return Advice(target=draw(globs()), around=Around(before=before, after=after))
    if how == "before":
        return Advice(target=draw(globs()), before=before)
    return Advice(target=draw(globs()), after=after)


def baked(town: tuple[Formula, Frozen]) -> Plan:
    return cook(town[0], Scope(), {}, town[1])


def of(step: str, plan: Plan) -> set[str]:
    """All that came of a step of the file: every id that begins with its own."""
    return {key for key in plan.by_key if key.replace("~", ".").split(".")[0] == step}


@settings(max_examples=80, deadline=None)
@given(towns())
def test_no_edge_of_the_file_is_lost(town: tuple[Formula, Frozen]):
    """All that came of a step stands behind all that came of each step it needs."""
    plan = baked(town)
    behind = closure(plan)

    for step in town[0].steps:
        assert of(step.id, plan)
        for need in step.edges:
            for late, early in product(of(step.id, plan), of(need, plan)):
                assert early in behind[late], f"{late} may begin before {early} is done"


@settings(max_examples=40, deadline=None)
@given(towns())
def test_no_edge_of_a_template_is_lost(town: tuple[Formula, Frozen]):
    plan = baked(town)
    behind = closure(plan)

    for step in town[1].formulas["one"].template:
        own = step.id.removeprefix("{target}")
        for key in (key for key in plan.by_key if key.endswith(own)):
            target = key.removesuffix(own)
            for need in step.edges:
                before = f"{target}{need.removeprefix('{target}')}"
                mapped = [other for other in plan.by_key if f"{other}.".startswith(f"{before}.")]
                assert mapped
                assert set(mapped) <= behind[key]


@settings(max_examples=40, deadline=None)
@given(towns())
def test_weaving_is_acyclic_deterministic_and_leaves_nothing_dangling(
    town: tuple[Formula, Frozen],
):
    plan = baked(town)
    keys = [step.key for step in plan.steps]

    assert plan == baked(town)
    assert len(keys) == len(set(keys))
    for place, step in enumerate(plan.steps):
        assert set(step.needs) <= set(keys[:place])


@settings(max_examples=30, deadline=None)
@given(towns(), st.data())
def test_rules_on_different_steps_may_stand_in_any_order(
    town: tuple[Formula, Frozen], data: st.DataObject
):
    formula, library = town
    rules = data.draw(st.permutations(formula.compose.expand))
    other = formula.compose.model_copy(update={"expand": tuple(rules)})
    turned = formula.model_copy(update={"compose": other})

    assert baked(town).steps == baked((turned, library)).steps
