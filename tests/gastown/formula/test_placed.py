"""Every step with its place, and the names that it can see."""

import pytest

from gastown.formula.model import Formula
from gastown.formula.placed import Names, placed, references, waited_for
from gastown.formula.step import Loop, Step

INNER = Step(id="c", loop=Loop(count=1, body=(Step(id="a"), Step(id="d"))))
FORMULA = Formula(
    name="f",
    steps=(Step(id="a", children=(Step(id="b"),)), INNER),
    template=(Step(id="a"),),
)


def test_each_step_stands_before_what_stands_in_it():
    assert [(one.step.id, ".".join(map(str, one.path))) for one in placed(FORMULA)] == [
        ("a", "steps.0"),
        ("b", "steps.0.children.0"),
        ("c", "steps.1"),
        ("a", "steps.1.loop.body.0"),
        ("d", "steps.1.loop.body.1"),
        ("a", "template.0"),
    ]


def test_a_name_means_the_nearest_step_of_that_id():
    found = placed(FORMULA)
    names, (outer, child, _, inner, second, template) = Names(found), found

    assert names.meant(child, "a") is outer
    assert names.meant(second, "a") is inner
    assert names.meant(second, "b") is child
    assert names.meant(outer, "d") is None
    assert names.meant(template, "b") is None
    assert set(names.seen(second)) == {"a", "b", "c", "d"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("children-of(a.b)", "a.b"),
        (" children-of( a ) ", "a"),
        ("all-children", None),
        ("children-of()", None),
        ("children-of(a", None),
    ],
)
def test_whose_children_are_waited_for(text: str, name: str | None):
    assert waited_for(text) == name


def test_what_a_step_waits_for_comes_with_the_key_that_says_so():
    step = Step(id="a", needs=("b",), depends_on=("c",), waits_for="children-of(d)")

    assert list(references(step)) == [("needs", "b"), ("depends_on", "c"), ("waits_for", "d")]
