"""What becomes of the steps whose condition does not hold, and of their edges."""

from gastown.formula.cooking.keep import keep
from gastown.formula.step import Step


def test_a_step_whose_condition_is_false_drops_out_and_its_needs_are_inherited():
    steps = [
        Step(id="a", condition="!{{v}}"),
        Step(id="b", needs=("a",), condition="{{v}}"),
        Step(id="c", depends_on=("b",)),
    ]

    assert [(step.id, step.needs) for step in keep(steps, {})] == [("a", ()), ("c", ("a",))]
