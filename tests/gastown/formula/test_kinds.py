"""A formula of any kind as a workflow."""

from typing import Any

import pytest

from gastown.errors import FormulaError
from gastown.formula.inputs import variables
from gastown.formula.kinds import as_workflow
from gastown.formula.legs import Aspect, Input, Leg, Output, Preset, Synthesis
from gastown.formula.model import Formula
from gastown.formula.names import fill
from gastown.formula.step import Step
from gastown.formula.var import Var
from tests.gastown.formula.given import a_formula

LEGS = (
    Leg(id="bugs", title="Bugs", focus="wrong results", description="Look.", role="refinery"),
    Leg(id="holes", description="Look harder.", agent="other", review_only=True),
    Leg(id="style"),
)


def a_review(**fields: Any) -> Formula:
    return Formula(name="review", source="review.toml", type="convoy", legs=LEGS, **fields)


def steps(formula: Formula, **values: Any) -> dict[str, Step]:
    return {step.id: step for step in as_workflow(formula, values).steps}


def text(formula: Formula, step: str, **values: Any) -> str:
    """A step's description as the cook fills it in."""
    made = as_workflow(formula, values)
    found = {name: var.default or "" for name, var in made.vars.items()}
    found |= {name: str(value) for name, value in values.items()}
    return next(fill(one.description, found) for one in made.steps if one.id == step)


def test_a_workflow_comes_back_as_it_is():
    workflow = a_formula(Step(id="a", title="{{.x}}"))

    assert as_workflow(workflow, {}) is workflow


def test_legs_stand_side_by_side_and_the_synthesis_waits_for_all_of_them():
    made = as_workflow(a_review(synthesis=Synthesis(title="Sum", role="librarian")), {})

    assert made.type == "workflow"
    assert (made.legs, made.synthesis) == ((), None)
    assert {step.id: step.needs for step in made.steps} == {
        **dict.fromkeys(("bugs", "holes", "style"), ()),
        "synthesis": ("bugs", "holes", "style"),
    }
    assert [step.role for step in made.steps] == ["refinery", "", "", "librarian"]


def test_a_legs_text_is_its_own_and_then_what_all_are_told():
    formula = a_review(prompts={"base": "Be short."})

    assert text(formula, "bugs") == "Look.\n\nFocus: wrong results\n\nBe short."
    assert text(formula, "holes") == "Look harder.\n\nBe short."
    assert text(a_review(prompts={"base": "On {{.leg.focus}}."}), "bugs") == (
        "Look.\n\nOn wrong results."
    )


def test_agent_and_review_only_are_kept_with_the_step():
    formula = a_review(agent="first", synthesis=Synthesis(agent="third"))

    found = {name: step.metadata for name, step in steps(formula).items()}

    assert found["bugs"] == {"agent": "first", "focus": "wrong results"}
    assert found["holes"] == {"agent": "other", "review_only": True}
    assert found["synthesis"] == {"agent": "third"}
    assert steps(a_review(review_only=True))["style"].metadata == {"review_only": True}


def test_the_synthesis_waits_for_what_it_names_as_far_as_that_runs():
    formula = a_review(synthesis=Synthesis(depends_on=("holes", "style")))

    assert steps(formula)["synthesis"].needs == ("holes", "style")
    assert steps(formula, legs="bugs,style")["synthesis"].needs == ("style",)
    assert steps(formula, legs="bugs")["synthesis"].needs == ("bugs",)


def test_preset_and_legs_choose_what_runs():
    presets = {"quick": Preset(legs=("bugs",)), "deep": Preset(legs=("style", "holes"))}
    formula = a_review(presets=presets)

    assert list(steps(formula)) == ["bugs", "holes", "style"]
    assert list(steps(formula, preset="deep")) == ["holes", "style"]
    assert list(steps(formula, legs=["style"])) == ["style"]

    quick = formula.model_copy(update={"vars": {"preset": Var(default="quick")}})
    assert list(steps(quick)) == ["bugs"]
    assert list(steps(quick, legs="holes")) == ["holes"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"preset": "quik"}, "no preset 'quik'; there are quick, odd; did you mean quick"),
        ({"preset": "odd"}, r"presets\.odd: no leg 'gone'; there are bugs, holes, style"),
        ({"legs": "bug"}, "legs: no leg 'bug'; did you mean bugs"),
        ({"legs": "bugs", "preset": "quick"}, "preset and legs are both given"),
    ],
)
def test_a_choice_that_there_is_not_is_refused(values: dict[str, str], said: str):
    presets = {"quick": Preset(legs=("bugs",)), "odd": Preset(legs=("gone",))}

    with pytest.raises(FormulaError, match=f"^review.toml: {said}"):
        as_workflow(a_review(presets=presets), values)


TRIANGLE = {
    "pr": Input(type="int", required_unless=("branch", "paths")),
    "branch": Input(required=True, required_unless=("pr", "paths")),
    "paths": Input(type="list", required_unless=("pr", "branch")),
}


@pytest.mark.parametrize("values", [{"pr": 3}, {"branch": "main"}, {"paths": ["a.py", "b.py"]}])
def test_any_corner_satisfies_a_triangle_of_inputs(values: dict[str, Any]):
    assert len(steps(a_review(inputs=TRIANGLE), **values)) == 3


def test_all_that_is_missing_is_named_at_once():
    inputs = {**TRIANGLE, "who": Input(required=True), "why": Input(required=True, default="so")}
    formula = a_review(inputs=inputs, vars={"depth": Var(required=True)})

    with pytest.raises(FormulaError) as caught:
        as_workflow(formula, {"branch": ""})

    ways = "--set branch=… or --set paths=… or --set pr=…"
    assert caught.value.findings == [
        "review.toml: missing: depth, who; give a value with --set depth=… --set who=…",
        f"review.toml: missing: one of branch, paths, pr; give one with {ways}",
    ]


def test_inputs_become_variables_with_their_type():
    inputs = {**TRIANGLE, "strict": Input(type="boolean", default="no", description="How?")}

    made = as_workflow(a_review(inputs=inputs), {"pr": "3"}).vars

    assert [made[name].type for name in ("pr", "branch", "paths")] == ["int", "string", "list"]
    assert made["strict"] == Var(type="bool", default="no", description="How?")
    assert set(made["legs"].enum) == {"bugs", "holes", "style"}
    assert "preset" not in made


def test_what_may_be_given_is_told_with_the_formulas_own_first():
    inputs = {"why": Input(), "files": Input(description="Mine.")}
    formula = a_review(inputs=inputs, presets={"quick": Preset(legs=("bugs",))})

    found = variables(formula)

    assert list(found)[:4] == ["why", "files", "preset", "legs"]
    assert found["files"].description == "Mine."
    assert {"pr_number", "review_id"} <= set(found)


def test_go_text_sees_values_as_what_they_are():
    inputs = {**TRIANGLE, "strict": Input(type="bool", default="false")}
    base = (
        "{{.formula_name}}: {{.target_description}}{{if .strict}} strictly{{end}}"
        "{{range .paths}}\n- {{.}}{{end}}{{range .changed_files}}\n"
        "{{.path}} +{{.additions}}{{end}}{{if gt .pr 2}} big{{end}}{{.mood}}"
    )
    formula = a_review(inputs=inputs, prompts={"base": base})

    given: dict[str, Any] = {"paths": ["a.py"], "pr": 3, "pr_number": "7", "pr_title": "Dance"}
    changed = ["x y.py +12 -3", "z.py"]
    assert text(formula, "style", **given, changed_files=changed, mood="!") == (
        "review: pull request #7: Dance\n- a.py\nx y.py +12\nz.py +? big!"
    )
    assert text(formula, "style", pr=1, strict="yes", target_description="All") == (
        "review: All strictly<no value>"
    )
    assert text(a_review(prompts={"base": "{{.target_description}}"}), "style", files="a,b") == (
        "a, b"
    )


def test_reports_go_where_the_patterns_say():
    formula = a_review(
        output=Output(
            directory=".reviews/{{.review_id}}/",
            leg_pattern="{{.leg.id}}.md",
            synthesis="sum.md",
        ),
        prompts={"base": "Into {{.output_path}} in {{.output.directory}}."},
        synthesis=Synthesis(description="Read them."),
    )

    found = steps(formula, review_id="r1")

    assert found["bugs"].metadata["output"] == ".reviews/r1/bugs.md"
    assert found["synthesis"].metadata["output"] == ".reviews/r1/sum.md"
    assert found["style"].description == "Into .reviews/r1/style.md in .reviews/r1/."
    assert found["synthesis"].description.endswith(
        "Hand in your whole report; it is kept as .reviews/r1/sum.md."
    )
    silent = steps(formula.model_copy(update={"prompts": {}}), review_id="r1")["style"]
    assert silent.description == "Hand in your whole report; it is kept as .reviews/r1/style.md."


def test_what_the_base_says_of_a_leg_is_not_said_twice():
    base = "Do this: {{.leg.description}}"

    assert (
        text(a_review(prompts={"base": base}), "bugs") == "Focus: wrong results\n\nDo this: Look."
    )


def test_a_legs_own_text_that_is_no_template_stands_as_it_is():
    """Gas Town renders only what all legs are told: a workflow's `${{ … }}` is for the agent."""
    formula = a_review(prompts={"base": "{{.leg.description}} {{.pr_title}}"})
    odd = Leg(id="ci", description="Mind ${{ secrets.KEY }} and {{who}}")
    formula = formula.model_copy(update={"legs": (odd,), "vars": {"who": Var(default="me")}})

    said = text(formula, "ci", pr_title="{{who}}")

    assert said == "Mind ${{ secrets.KEY }} and me {{who}}"


def test_a_pull_request_is_known_by_the_input_pr_too():
    base = (
        "{{if .pr_number -}}\n#{{.pr_number}}\n{{end}}{{range .files -}}\n- {{.}}\n{{end -}}\nOn "
    )
    inputs = {"pr": Input(type="number"), "files": Input(), "branch": Input()}
    formula = a_review(inputs=inputs, prompts={"base": base + "{{.target_description}}"})

    assert text(formula, "style", pr=7) == "#7\nOn pull request #7"
    assert text(formula, "style", files="a.py,b.py") == "- a.py\n- b.py\nOn a.py, b.py"
    assert text(formula, "style", branch="new") == "On the branch new"


def test_the_change_that_is_looked_at_is_kept_with_every_step():
    formula = a_review(inputs={"pr": Input(type="int"), "branch": Input()}, synthesis=Synthesis())

    for values, change in [({"pr": 7}, "pull/7"), ({"branch": "new/thing"}, "new/thing")]:
        assert {step.metadata["change"] for step in steps(formula, **values).values()} == {change}
    assert "change" not in steps(formula, pr_number="7; x")["bugs"].metadata


def test_a_folder_that_is_named_by_another_id_gets_the_reviews():
    formula = a_review(
        output=Output(directory=".plans/{{.plan_id}}", leg_pattern="a", synthesis="sum.md"),
        synthesis=Synthesis(description="{{.output.directory}}/{{.output.synthesis}}"),
    )

    made = as_workflow(formula, {}, "hq-cv-1").steps

    assert made[0].metadata["output"] == ".plans/hq-cv-1/a"
    assert made[-1].description.startswith(".plans/hq-cv-1/sum.md")


def test_a_folder_that_nothing_names_is_refused():
    formula = a_review(output=Output(directory="{{.team}}", leg_pattern="a.md"))

    with pytest.raises(FormulaError, match=r"<no value>/a\.md: give what is missing with --set"):
        as_workflow(formula, {})
    assert steps(formula, team="blue")["bugs"].metadata["output"] == "blue/a.md"


def test_a_review_without_a_name_goes_by_its_convoys_or_gets_always_the_same():
    formula = a_review(output=Output(directory="r/{{.review_id}}", leg_pattern="a"))

    def path(convoy: str = "", **values: str) -> str:
        return str(as_workflow(formula, values, convoy).steps[0].metadata["output"])

    assert path("hq-cv-1") == "r/hq-cv-1/a"
    assert path(files="x") == path(files="x") != path(files="y")


@pytest.mark.parametrize("review", ["../..", "../../../etc/x"])
def test_a_report_stays_in_the_repository(review: str):
    formula = a_review(output=Output(directory="{{.review_id}}", leg_pattern="a.md"))

    with pytest.raises(FormulaError, match=r"legs\.bugs: output: .* leads out of the repository"):
        as_workflow(formula, {"review_id": review})
    with pytest.raises(FormulaError, match="leads out"):
        as_workflow(formula, {"review_id": "/etc"})


def test_a_value_is_filled_in_once_and_never_read_again():
    """A title from the web that holds `{{who}}` or `{{.pr_title}}` stays as somebody wrote it."""
    formula = a_review(
        prompts={"base": "{{.pr_title}} for {{who}}"}, vars={"who": Var(default="me")}
    )

    said = text(formula, "style", pr_title="{{who}} {{.pr_number}} {target}", pr_number="7")

    assert said == "{{who}} {{.pr_number}} {target} for me"
    taken = formula.model_copy(update={"vars": {"who": Var(), "value_1": Var(default="no")}})
    assert text(taken, "style", pr_title="{{who}}", who="me") == "{{who}} for me"


def test_a_wrong_text_is_refused_with_its_place_and_line():
    formula = a_review(prompts={"base": "one\n{{if .x}}"})

    with pytest.raises(FormulaError, match=r"review\.toml: prompts\.base: line 2 .*if has no end"):
        as_workflow(formula, {})


def test_a_text_that_does_not_fit_its_values_is_refused_with_its_place():
    formula = a_review(prompts={"base": "{{.pr_title.short}}"})

    with pytest.raises(FormulaError, match=r"prompts\.base: line 1 .*text has no field \.short"):
        as_workflow(formula, {"pr_title": "Dance"})


def test_values_of_no_type_are_left_to_be_refused_with_all_others():
    expansion = Formula(name="x", type="expansion", vars={"a": Var()}, template=(Step(id="{a}s"),))

    assert as_workflow(expansion, {"a": None}).steps[0].id == "s"
    assert len(steps(a_review(), pr_title=None)) == 3


def test_an_expansion_by_itself_is_its_template_with_the_target_main():
    template = (
        Step(id="{target}.write", title="Write {target.title} in {tone}", labels=("{tone}",)),
        Step(id="{target}.check", needs=("{target}.write",), description="{target.description}"),
    )
    formula = Formula(
        name="draft",
        description="A text.",
        type="expansion",
        vars={"tone": Var(default="calm")},
        template=template,
    )

    made = as_workflow(formula, {"tone": "loud"})

    assert (made.type, made.template) == ("workflow", ())
    assert [(step.id, step.edges) for step in made.steps] == [
        ("main.write", ()),
        ("main.check", ("main.write",)),
    ]
    assert made.steps[0].title == "Write draft in loud"
    assert made.steps[0].labels == ("loud",)
    assert made.steps[1].description == "A text."
    assert as_workflow(formula, {}).steps[0].labels == ("calm",)


def test_a_brace_in_an_expansions_value_is_left_to_the_cook():
    formula = Formula(
        name="draft",
        type="expansion",
        vars={"tone": Var(default="calm")},
        template=(Step(id="a", title="{tone}"),),
    )

    assert as_workflow(formula, {"tone": "{{x}} {target}"}).steps[0].title == "{{tone}}"


def test_an_aspect_by_itself_is_a_step_for_each_of_its_sides():
    formula = Formula(
        name="sides",
        type="aspect",
        aspects=(Aspect(id="a", title="A", focus="speed"), Aspect(id="b", description="B.")),
        prompts={"base": "Look at {{.formula_name}}."},
    )

    made = as_workflow(formula, {})

    assert [(step.id, step.title, step.needs) for step in made.steps] == [
        ("a", "A", ()),
        ("b", "", ()),
    ]
    assert made.steps[0].description == "Focus: speed\n\nLook at sides."
    assert as_workflow(Formula(name="woven", type="aspect"), {}).steps == ()
