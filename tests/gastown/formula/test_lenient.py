"""Keys in other tools' words and spellings, and unknown ones: what is taken, and what is said."""

import pytest

from gastown.formula.parse import parse
from gastown.formula.step import Gate, Step
from tests.gastown.formula.test_parse import steps


def warned(text: str, source: str = "f.toml") -> list[tuple[str, int | None, str, str, str]]:
    return [
        (one.severity, one.line, one.key, one.message, one.elsewhere)
        for one in parse(text, source).findings
    ]


IGNORED = "bd, gt: ignore it"


def test_a_key_that_nobody_knows_is_left_out_with_a_warning():
    assert warned(steps("zzzzz = 1")) == [
        ("warning", 4, "steps.a.zzzzz", "unknown key, it is left out", IGNORED)
    ]
    assert warned('name = "g"\n' + steps()) == [
        (
            "warning",
            1,
            "name",
            "unknown key, it is left out; did you mean formula?",
            IGNORED,
        )
    ]


@pytest.mark.parametrize("key", ["check", "retry", "ralph", "drain", "description_file"])
def test_a_key_of_the_later_dialect_is_left_out_with_a_warning(key: str):
    message = "of Gas City's later dialect; not acted on"

    assert warned(steps(f"{key} = {{x = 1}}")) == [
        ("warning", 4, f"steps.a.{key}", message, IGNORED)
    ]


def test_tags_are_labels_in_the_later_dialect():
    parsed = parse(steps('tags = ["x"]'), "f.toml")

    assert parsed.formula.steps[0].labels == ("x",)
    assert [one.severity for one in parsed.findings] == ["note"]


def test_a_gates_condition_may_be_called_so():
    parsed = parse(steps('gate = {type = "conditional", condition = "x.status == closed"}'), "f")

    assert parsed.formula.steps[0].gate == Gate(type="conditional", await_id="x.status == closed")
    assert [one.key for one in parsed.findings] == ["steps.a.gate.condition"]


def test_keys_match_in_any_case_with_a_note():
    parsed = parse('Formula = "f"\n[[Steps]]\nID = "a"\nTITLE = 3', "f.toml")

    assert parsed.formula.steps == (Step(id="a"),)
    assert [(one.severity, one.line, one.key) for one in parsed.findings] == [
        ("note", 1, "Formula"),
        ("note", 2, "Steps"),
        ("note", 3, "steps.a.ID"),
        ("note", 4, "steps.a.TITLE"),
        ("error", 4, "steps.a.title"),
    ]


def test_version_0_is_1():
    parsed = parse("version = 0\n" + steps(), "f.toml")

    assert parsed.formula.version == 1
    assert [(one.severity, one.key) for one in parsed.findings] == [("note", "version")]


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ('extends = ["g"]\n[[legs]]\nid = "a"', "workflow"),
        ('[[legs]]\nid = "a"', "convoy"),
        ('[[template]]\nid = "a"', "expansion"),
        ('[[aspects]]\nid = "a"', "aspect"),
        ('[[advice]]\ntarget = "a"', "aspect"),
    ],
)
def test_the_kind_is_known_by_what_is_written(key: str, kind: str):
    assert parse(f'formula = "f"\n{key}', "f.toml").formula.type == kind


@pytest.mark.parametrize(
    ("written", "kind", "severity"),
    [("integer", "int", "note"), ("Boolean", "bool", "note"), ("float", "string", "warning")],
)
def test_a_type_of_a_variable_may_be_another_tools_word(written: str, kind: str, severity: str):
    parsed = parse(steps(f'[vars.v]\ntype = "{written}"'), "f.toml")

    assert parsed.formula.vars["v"].type == kind
    assert [(one.severity, one.key) for one in parsed.findings] == [(severity, "vars.v.type")]


def test_extends_may_be_one_name():
    parsed = parse('formula = "f"\nextends = "g"', "f.toml")

    assert parsed.formula.extends == ("g",)
    assert [one.key for one in parsed.findings if one.severity == "note"] == ["extends"]


def test_what_is_odd_in_a_single_step_of_advice_has_its_own_line():
    """A table where the model has a list of one."""
    advice = '\n[[advice]]\ntarget = "a"\n[advice.before]\nid = "look"\nzzzzz = 1'

    assert warned(steps() + advice) == [
        ("warning", 8, "advice[0].before.look.zzzzz", "unknown key, it is left out", IGNORED)
    ]
