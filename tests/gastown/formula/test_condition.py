"""Conditions, decided when a plan is cooked."""

import pytest

from gastown.formula.condition import holds


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
