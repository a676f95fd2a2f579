"""Conditions, and what becomes of the edges of a step that drops out."""

import pytest

from gastown.formula.condition import holds, keep
from gastown.formula.model import Step


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", True),
        ("  ", True),
        ("{{yes}}", True),
        ("{{no}}", False),
        ("{{unknown}}", False),
        ("!{{no}}", True),
        ("! {{yes}}", False),
        ("!{{unknown}}", True),
        ("{{env}} == prod", True),
        ("{{env}}==prod", True),
        ("{{env}} == 'prod'", True),
        ('{{env}} == "prod"', True),
        ("{{env}} == \"prod'", False),
        ("{{env}} == test", False),
        ("{{env}} != test", True),
        ("{{env}} != prod", False),
        ("{{unknown}} == ''", True),
        ("{{two}} == two words", True),
    ],
)
def test_the_forms(condition: str, expected: bool):
    values = {"yes": "on", "no": "off", "env": "prod", "two": "two words"}

    assert holds(condition, values) is expected


@pytest.mark.parametrize(
    "condition",
    ["yes", "{{a}} ==", "{{a}} = b", "!{{a}} == b", "{{ a }}", "{{a}} and {{b}}", "{{a}}b"],
)
def test_any_other_form_is_refused_with_the_forms(condition: str):
    with pytest.raises(ValueError, match=r"write \{\{v\}\}"):
        holds(condition, {})


def test_needs_and_depends_on_become_one():
    steps = keep(
        [Step(id="a"), Step(id="b"), Step(id="c", needs=("b",), depends_on=("a", "b"))], {}
    )

    assert steps[2].needs == ("b", "a")
    assert steps[2].depends_on == ()


def test_dependents_of_dropped_steps_inherit_their_needs_through_a_chain():
    steps = [
        Step(id="last", needs=("second", "other")),
        Step(id="second", needs=("first",), condition="{{never}}"),
        Step(id="first", needs=("root",), condition="{{never}}"),
        Step(id="root"),
        Step(id="other", needs=("root",)),
    ]

    kept = keep(steps, {})

    assert {step.id: step.needs for step in kept} == {
        "last": ("root", "other"),
        "root": (),
        "other": ("root",),
    }
