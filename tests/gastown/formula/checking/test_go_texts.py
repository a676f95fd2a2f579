"""Go-template text that can't be understood."""

from gastown.formula.checking.go_texts import go_texts
from gastown.formula.legs import Aspect, Leg, Output, Synthesis
from gastown.formula.model import Formula


def test_what_all_legs_are_told_has_to_be_understood():
    formula = Formula(
        name="f",
        type="convoy",
        legs=(Leg(id="a", title="{{.x}}"),),
        prompts={"base": "one\n{{nope .x}}", "other": "{{"},
        output=Output(directory="{{", leg_pattern="{{.leg.id}}", synthesis="{{end}}"),
        synthesis=Synthesis(title="{{if .x}}", description="{{.x}}"),
    )

    found = {remark.path: (remark.severity, remark.message) for remark in go_texts(formula)}

    assert list(found) == [
        ("prompts", "base"),
        ("output", "directory"),
        ("output", "synthesis"),
        ("synthesis", "title"),
    ]
    assert {severity for severity, _ in found.values()} == {"error"}
    assert found["prompts", "base"][1].startswith(
        "line 2 of the template: {{nope .x}}: there is no"
    )


def test_a_legs_own_text_may_be_something_else():
    formula = Formula(
        name="f",
        type="convoy",
        legs=(Leg(id="a", description="${{ secrets.KEY }}"),),
        aspects=(Aspect(id="b", focus="{{#each x}}"),),
    )

    found = [(remark.path, remark.severity) for remark in go_texts(formula)]

    assert found == [
        (("legs", 0, "description"), "warning"),
        (("aspects", 0, "focus"), "warning"),
    ]


def test_a_workflow_has_no_such_text():
    assert list(go_texts(Formula(name="f", prompts={"base": "{{"}))) == []
