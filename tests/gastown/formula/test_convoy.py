"""The built-in convoy formula: the pipeline of stages over any rigs, beads and assemblies."""

from pathlib import Path

from hypothesis import given, settings

from gastown.formula.cook import cook
from gastown.formula.find import find_formula
from gastown.formula.lint import lint
from gastown.formula.parse import parse_formula
from gastown.formula.plan import Assembly, Scope, Work
from tests.gastown.formula.given import TOWN, closure, edges, scopes

ROLES = ("defender", "polecat", "refinery", "watchdog", "librarian", "gauger", "spotter")
ROOT = Path(__file__).parents[3]
CONVOY = find_formula("convoy", [])


def test_it_has_no_findings():
    assert lint(CONVOY.text(), CONVOY.source, ROLES) == []


def test_it_is_the_pipeline():
    plan = cook(CONVOY.load(), TOWN, {})

    assert edges(plan) == {
        "defend[api]": set(),
        "defend[game]": set(),
        "work[a-1]": {"defend[api]"},
        "refine[a-1]": {"work[a-1]"},
        "work[g-1]": {"defend[game]", "refine[a-1]"},
        "refine[g-1]": {"work[g-1]"},
        "work[a-2]": {"defend[api]", "refine[a-1]"},
        "refine[a-2]": {"work[a-2]"},
        "watch[api]": {"refine[a-1]", "refine[a-2]"},
        "watch[game]": {"refine[g-1]"},
        "document[api]": {"refine[a-1]", "refine[a-2]"},
        "document[game]": {"refine[g-1]"},
        "gauge[api]": {"watch[api]", "document[api]"},
        "gauge[game]": {"watch[game]", "document[game]"},
        "spot[web]": {"gauge[api]", "gauge[game]"},
        "spot[cli]": {"gauge[api]", "gauge[game]"},
    }


def test_titles_are_short_enough_for_the_graph_and_filled():
    plan = cook(CONVOY.load(), TOWN, {})

    assert plan.by_key["work[a-1]"].title == "polecat a-1"
    assert all(len(step.title) <= 60 for step in plan.steps)
    assert not any("{{" in step.title + step.description for step in plan.steps)


def test_every_step_has_a_role_that_the_town_plays():
    assert {step.role for step in cook(CONVOY.load(), TOWN, {}).steps} == set(ROLES)


@settings(max_examples=60, deadline=None)
@given(scopes())
def test_over_any_scope_all_gaugers_come_before_any_spotter_and_all_work_before_its_gauger(
    scope: Scope,
):
    plan = cook(CONVOY.load(), scope, {})
    before = closure(plan)

    for step in plan.steps:
        if step.role == "spotter":
            assert {f"gauge[{rig}]" for rig in scope.rigs} <= before[step.key]
        if step.role == "gauger":
            mine = {f"refine[{bead.id}]" for bead in scope.beads if bead.rig == step.rig}
            assert mine | {f"watch[{step.rig}]", f"document[{step.rig}]"} <= before[step.key]


DOCUMENTED = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")


def test_the_example_of_the_documentation_is_this_formula_without_its_prose():
    example = parse_formula(DOCUMENTED.split("```toml\n")[1].split("```")[0], "docs/formulas.md")
    whole = CONVOY.load()

    assert example.name == whole.name
    assert example.steps == tuple(
        step.model_copy(update={"description": ""}) for step in whole.steps
    )


def test_the_plan_of_the_documentation_is_what_it_cooks_to():
    scope = Scope(
        rigs=("api", "game"),
        beads=(
            Work(id="api-1", rig="api", title="A"),
            Work(id="api-2", rig="api", title="B"),
            Work(id="game-1", rig="game", title="C", needs=("api-1",)),
        ),
        assemblies=(Assembly(name="web", rig="game"),),
    )
    written = DOCUMENTED.split("it cooks to")[1].split("```")[1]

    plan = cook(CONVOY.load(), scope, {})

    assert [line.replace(",", "").split() for line in written.strip().splitlines()] == [
        [step.key, *step.needs] for step in plan.steps
    ]
