"""Names that nothing defines, at any depth, and variables that nothing uses."""

import pytest

from tests.gastown.formula.linting.said import findings, odd, step

VAR = "[vars]\nwidth = '3'\n"


def stays(name: str, hint: str = "") -> str:
    return f"{{{{{name}}}}} is no variable; it stays as it is written{hint}"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('design = "{{widht}}"', "design"),
        ('gate = {await_id = "{{widht}}"}', "gate.await_id"),
        (
            'on_complete = {for_each="output.x", bond="g", vars={v="{{widht}}"}}',
            "on_complete.vars.v",
        ),
        ('children = [{id = "c", title = "{{widht}}"}]', "children.c.title"),
        ('loop = {count = 1, body = [{id = "c", title = "{{widht}}"}]}', "loop.body.c.title"),
    ],
)
def test_an_undefined_name_is_found_in_every_text(line: str, key: str):
    text = VAR + step(line, "notes = '{{width}}'")

    assert odd(text, g={"steps": [{"id": "x", "title": "{{v}}"}]}) == {
        f"steps.a.{key}": stays("widht", "; did you mean width?")
    }


def test_a_child_may_use_what_binds_its_parent():
    assert odd(step('each = "rigs"', 'children = [{id = "c", title = "{{rig}}"}]')) == {}


def test_in_a_template_only_a_near_miss_is_told():
    text = f'type = "expansion"\n{VAR}[[template]]\nid = "{{target}}"\ntitle = "{{width}}"\n'

    assert odd(text + 'notes = "{{outer}} {json: 1} {x}"') == {}
    assert odd(text + 'notes = "{{widht}}"') == {
        "template.{target}.notes": stays("widht", "; did you mean width?")
    }
    assert odd(text + 'notes = "{target.titel}"') == {
        "template.{target}.notes": (
            "{target.titel} stays as it is written; did you mean {target.title}?"
        )
    }


def test_numbers_of_a_loop_use_variables_and_outer_counters():
    inner = 'loop = {range = "1..{i}*{n}", body = [{id = "c", title = "t"}]}'
    outer = f'loop = {{count = "{{m}}", var = "i", body = [{{id = "b", title = "t", {inner}}}]}}'

    assert odd("[vars]\nm = 1\nn = 2\n" + step(outer)) == {}
    assert odd("[vars]\nm = 1\n" + step(outer)) == {
        "steps.a.loop.body.b.loop.range": "n is no variable, so this gives no number"
    }


def test_variables_are_used_in_all_places():
    text = 'extends = ["g"]\n[vars]\na = ""\nb = ""\nc = ""\n' + step("notes = '{{a}}'")
    parent = {"steps": [{"id": "x", "title": "{{b}}"}]}

    assert odd(text, g=parent) == {"vars.c": "no text, condition or each uses it"}


def test_go_template_text_uses_inputs():
    text = '[inputs.pr]\n[[legs]]\nid = "a"\ndescription = "{{.pr}} {{.leg.focus}} {{.branhc}}"\n'

    assert odd(f"{text}[inputs.branch]") == {
        "legs.a.description": "{{.branhc}} is no input; it stays empty; did you mean branch?"
    }


def test_an_id_that_names_the_folder_of_the_reports_is_known_in_all_texts():
    leg = '[[legs]]\nid = "a"\ntitle = "{{.tasting_id}}"\n'
    folder = '[output]\ndirectory = "tastings/{{.tasting_id}}"\nleg_pattern = "{{.leg.id}}.txt"\n'

    assert odd(leg + folder) == {}
    assert list(odd(leg)) == ["legs.a.title"]


def test_an_expression_of_python_alone_is_noted():
    text = "[vars.v]\npattern = '(?=x)'\n" + step('notes = "{{v}}"')

    assert ("note", "vars.v.pattern") in [found[:2] for found in findings(text)]


def test_a_block_of_handlebars_uses_its_variable():
    block = step("notes = '{{#if loud}}SHOUT{{/if}}'")

    assert odd('[vars]\nloud = "yes"\n' + block) == {}
    assert "vars.calm" in odd('[vars]\ncalm = "yes"\n' + block)


@pytest.mark.parametrize("written", ["{{.width}}", "{{ width }}", "{{width }}", "{{ .width }}"])
def test_a_variable_that_is_written_as_other_templates_do_is_told_once(written: str):
    assert odd(VAR + step(f"notes = 'see {written} and {written}'")) == {
        "steps.a.notes": f"{written} stays as it is written; a step's text has {{{{width}}}}"
    }


def test_text_of_another_tools_templates_is_let_be():
    assert odd(step("notes = '{{ .Values.width }} {{.Name}} {{ range .items }}'")) == {}
