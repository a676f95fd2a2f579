"""Lint: warnings and notes beside the errors."""

from gastown.formula.finding import Finding
from gastown.formula.lint import bound_by, lint

ROLES = ("polecat", "refinery")


def said(text: str, roles: tuple[str, ...] = ROLES) -> list[tuple[str, int | None, str, str]]:
    """The findings but for notes on what other tools do, which have tests of their own."""
    found: list[Finding] = lint(text, "f.toml", roles)
    kept = [one for one in found if one.severity != "note" or not one.elsewhere]
    return [(one.severity, one.line, one.key, one.message) for one in kept]


def step(*lines: str) -> str:
    return "\n".join(['formula = "f"', "[[steps]]", 'id = "a"', 'title = "t"', *lines])


def test_a_sound_formula_has_no_findings():
    assert said(step('role = "polecat"')) == []


def test_an_undefined_variable_is_said_once_per_key():
    text = '[vars]\ntarget = "x"\n'
    found = said(step('notes = "{{tagret}} {{tagret}} {{target}} {{else}}"', text))

    assert found == [
        (
            "warning",
            5,
            "steps.a.notes",
            "{{tagret}} is no variable; it stays as it is written; did you mean target?",
        )
    ]


def test_a_name_that_each_binds_is_defined_only_there():
    found = said(step('notes = "{{rig}} {{bead}} {{convoy}}"', 'each = "rigs"'))

    assert found == [
        ("warning", 5, "steps.a.notes", "nothing binds {{bead}} here; it stays as it is written")
    ]


def test_each_binds_these_names():
    assert bound_by("") == {"convoy"}
    assert bound_by("rigs") == {"convoy", "rig"}
    assert bound_by("beads") == {"convoy", "rig", "bead", "bead_title"}
    assert bound_by("assemblies") == {"convoy", "rig", "assembly"}
    assert bound_by("anything") == {"convoy", "item"}


def test_an_undefined_variable_in_a_condition_is_empty():
    assert said(step('condition = "{{evn}}"', "[vars]", 'env = ""'))[:1] == [
        (
            "warning",
            5,
            "steps.a.condition",
            "{{evn}} is no variable, so it is empty; did you mean env?",
        )
    ]


def test_an_unused_variable_and_one_that_no_text_can_use():
    assert said(step("[vars]", 'spare = ""', 'no-name = ""')) == [
        ("warning", 6, "vars.spare", "no text, condition or each uses it"),
        ("warning", 7, "vars.no-name", "no text can use this name: letters, digits and _ only"),
    ]


def test_a_variable_behind_a_binding_is_noted():
    assert said(step('notes = "{{rig}}"', "[vars]", 'rig = ""')) == [
        ("note", 7, "vars.rig", "hidden in steps whose each binds this name")
    ]


def test_an_unknown_role_is_an_error_with_the_nearest():
    assert said(step('role = "polcat"')) == [
        ("error", 5, "steps.a.role", "nobody plays the role 'polcat'; did you mean polecat?")
    ]
    assert said(step('role = "polcat"'), roles=()) == []


def test_a_role_from_a_variable_is_not_judged():
    assert said(step('role = "{{who}}"', "[vars]", 'who = "polecat"')) == []


def test_an_unknown_type_of_step_is_a_warning():
    message = "'bgu' is none of bug, chore, epic, feature, task"

    assert said(step('type = "bgu"')) == [("warning", 5, "steps.a.type", message)]
    assert said(step('type = "{{kind}}"', "[vars]", 'kind = "bug"')) == []


def test_a_step_without_a_title_is_a_warning():
    assert said('formula = "f"\n[[steps]]\nid = "a"') == [
        ("warning", 2, "steps.a", "has no title, so its key stands in")
    ]


def test_a_step_beside_all_others_is_noted():
    text = step("[[steps]]", 'id = "b"', 'title = "t"', 'needs = ["a"]')
    alone = f'{text}\n[[steps]]\nid = "c"\ntitle = "t"'

    assert said(text) == []
    assert said(alone) == [
        ("note", 9, "steps.c", "needs nothing and nothing needs it: it runs beside all others")
    ]


def test_errors_of_the_parser_come_along_in_the_order_of_the_lines():
    found = said(step('role = "polcat"', 'needs = ["b"]', 'title2 = "x"'))

    assert [(severity, line) for severity, line, _, _ in found] == [
        ("error", 5),
        ("error", 6),
        ("error", 7),
    ]


def test_text_that_does_not_parse_has_that_one_finding():
    assert said("formula = x\n") == [("error", 1, "", "Invalid value (at line 1, column 11)")]


def test_a_file_that_is_found_by_another_name_than_it_says_is_told():
    text = step().replace('formula = "f"', 'formula = "other"')

    (found,) = lint(text, "town/f.formula.toml", ())

    assert (found.severity, found.line, found.key) == ("warning", 1, "formula")
    assert "'f'" in found.message
    assert lint(text, "town/other.formula.toml", ()) == lint(text, "o.toml", ()) == []


def test_a_byte_order_mark_takes_no_lines_away():
    text = step('desing = "x"')

    assert said("\ufeff" + text) == said(text)
    assert [line for _, line, _, _ in said(text)] == [5]
