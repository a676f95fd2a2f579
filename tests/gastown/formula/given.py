"""What the tests of formulas are given: short formulas and scopes, and random ones."""

from hypothesis import strategies as st

from gastown.formula.model import Formula
from gastown.formula.plan import Assembly, Plan, Scope, Work
from gastown.formula.step import Step
from gastown.formula.var import Var


def a_formula(*steps: Step, **variables: Var) -> Formula:
    return Formula(name="f", source="f.formula.toml", steps=steps, vars=variables)


# Two rigs; g-1 and a-2 need a-1, so one dependency crosses the rigs.
TOWN = Scope(
    convoy="hq-cv-1",
    rigs=("api", "game"),
    beads=(
        Work(id="a-1", rig="api", title="Count pages"),
        Work(id="g-1", rig="game", title="Show pages", needs=("a-1",)),
        Work(id="a-2", rig="api", title="Cache pages", needs=("a-1",)),
    ),
    assemblies=(Assembly(name="web", rig="game"), Assembly(name="cli", rig="api")),
)


def edges(plan: Plan) -> dict[str, set[str]]:
    return {step.key: set(step.needs) for step in plan.steps}


def closure(plan: Plan) -> dict[str, set[str]]:
    """For each key everything that stands before it."""
    found: dict[str, set[str]] = {}
    for step in plan.steps:
        found[step.key] = set(step.needs).union(*(found[need] for need in step.needs))
    return found


@st.composite
def formulas(draw: st.DrawFn) -> Formula:
    """Acyclic workflows with every kind of `each`, conditions, and steps in any order."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 7)))]
    steps: list[Step] = []
    for number, name in enumerate(names):
        before = st.lists(st.sampled_from(names[:number]), unique=True, max_size=3)
        steps.append(
            Step(
                id=name,
                title="{{rig}} {{bead}} {{x}}",
                needs=tuple(draw(before)) if number else (),
                depends_on=tuple(draw(before)) if number else (),
                each=draw(st.sampled_from(["", "rigs", "beads", "beads", "assemblies", "x", "y"])),
                condition=draw(st.sampled_from(["", "", "", "{{on}}", "!{{on}}"])),
            )
        )
    order = draw(st.permutations(steps))
    variables = {
        "x": Var(default="p,q", type="list"),
        "y": Var(default=draw(st.sampled_from(["", "r"])), type="list"),
        "on": Var(default=draw(st.sampled_from(["yes", "no"]))),
    }
    return a_formula(*order, **variables)


@st.composite
def scopes(draw: st.DrawFn) -> Scope:
    """Rigs with and without beads and assemblies; beads that need earlier beads of any rig."""
    rigs = tuple(f"r{number}" for number in range(draw(st.integers(0, 3))))
    if not rigs:
        return Scope(convoy="hq-cv-1")
    beads: list[Work] = []
    for number in range(draw(st.integers(0, 4))):
        rig = draw(st.sampled_from(rigs))
        earlier = st.lists(st.sampled_from(["", *(bead.id for bead in beads)]), unique=True)
        needs = tuple(filter(None, draw(earlier)))
        beads.append(Work(id=f"b{number}", rig=rig, title=f"Bead {number}", needs=needs))
    names = st.tuples(st.sampled_from(["web", "cli"]), st.sampled_from(rigs))
    made = draw(st.lists(names, unique=True, max_size=3))
    return Scope(
        convoy="hq-cv-1",
        rigs=rigs,
        beads=tuple(draw(st.permutations(beads))),
        assemblies=tuple(Assembly(name=name, rig=rig) for name, rig in made),
    )
