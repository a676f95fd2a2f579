"""What bd and gt would do otherwise, construct by construct."""

import pytest

from gastown.formula.lint import lint
from tests.gastown.formula.linting.said import after, elsewhere, step

LOOP = '{count = 2, body = [{id = "c", title = "t"}]}'


@pytest.mark.parametrize(
    ("text", "key", "there"),
    [
        (step('children = [{id = "c", title = "t"}]'), "steps.a.children", "gt: ignores it"),
        (
            step() + "\n" + after().replace("needs", "depends_on"),
            "steps.b.depends_on",
            "gt: ignores it",
        ),
        (step("gate = {}"), "steps.a.gate", "gt: ignores it"),
        (step('gate = {type = "mail"}'), "steps.a.gate.type", "bd: only a person opens it"),
        (
            step('gate = {timeout = "2d"}'),
            "steps.a.gate.timeout",
            "bd: can't read it, and waits without end",
        ),
        (step(f"loop = {LOOP}"), "steps.a.loop", "gt: ignores it"),
        (
            step(f"loop = {LOOP}") + "\n" + after(),
            "steps.b.needs",
            "bd: waits for nothing",
        ),
        (
            step() + "\n" + after(f"loop = {LOOP}"),
            "steps.b.needs",
            "bd: it waits for nothing",
        ),
        (
            step(f"loop = {LOOP}".replace("count = 2", 'until = "c.status == closed", max = 2')),
            "steps.a.loop.until",
            "bd: goes round once",
        ),
        (
            step(f"loop = {LOOP}".replace("count = 2", 'range = "1..{n}"')),
            "steps.a.loop.range",
            "bd: fails when it cooks",
        ),
        (
            step(f"loop = {LOOP}".replace("2", '"{n}"')),
            "steps.a.loop.count",
            "bd: refuses text",
        ),
        (
            step(f"loop = {LOOP}".replace('title = "t"', 'title = "t", notes = "n"')),
            "steps.a.loop.body.c.notes",
            "bd: drops it in a loop",
        ),
        (
            step(
                f"loop = {LOOP}".replace("count", 'var = "i", count').replace(
                    'title = "t"', 'title = "{i}", assignee = "{i}"'
                )
            ),
            "steps.a.loop.body.c.assignee",
            "bd: leaves it as it is written",
        ),
        (
            step('on_complete = {for_each = "output.x", bond = "g"}'),
            "steps.a.on_complete",
            "bd: never does it; gt: ignores it",
        ),
        (
            step("condition = '{{x}}'"),
            "steps.a.condition",
            "bd: what needs it waits for nothing; gt: ignores it",
        ),
        (
            step('expand = "e"'),
            "steps.a.expand",
            "bd: what needs it waits for nothing; gt: ignores it",
        ),
        (
            step("interactive = true"),
            "steps.a.interactive",
            "bd: ignores it; gt: gives all first steps to the session that runs it",
        ),
        (step("acceptance = 'x'"), "steps.a.acceptance", "bd: ignores it"),
        (
            step("parallel = true"),
            "steps.a.parallel",
            "bd: ignores it; gt: runs only such steps while one is ready",
        ),
        (
            step('type = "parallel"'),
            "steps.a.type",
            "bd: makes it a task, with children an epic; gt: ignores it",
        ),
        (step("labels = ['{{x}}']"), "steps.a.labels", "bd: leaves it as it is written"),
        (step("metadata = {x = '{{x}}'}"), "steps.a.metadata", "bd: leaves it as it is written"),
        ('[[steps]]\nid = "a"', "steps.a", "bd: refuses it"),
        (step("zzz = 1"), "steps.a.zzz", "bd, gt: ignore it"),
        (step("needs = ['a']"), "steps.a.needs", "bd: does not notice it"),
        ("type = 'workflow'", "steps", "bd: takes it, as a root without steps"),
        (f"version = 0\n{step()}", "version", "gt: takes it as 0"),
        (f"extends = 'g'\n{step()}", "extends", "bd, gt: refuse it"),
        (
            f"[vars.v]\nrequired = true\ndefault = 'x'\n{step()}",
            "vars.v.required",
            "bd: refuses both",
        ),
        ("[vars.v]\n" + step("notes = '{{v}}'"), "vars.v", "bd: asks for one"),
        (f"[vars.v]\npattern = 'x'\n{step()}", "vars.v.pattern", "bd: takes any value"),
        (
            "[vars]\nv = ''\n" + step("notes = '{{v}}'"),
            "vars",
            "gt: formula run leaves them as written",
        ),
        (
            f"{step()}\n[[compose.map]]\nselect='a'\nwith='e'",
            "compose.map",
            "bd: in no fixed order",
        ),
        (
            f"{step()}\n[[compose.hooks]]\ntrigger='type:x'\nattach='g'",
            "compose.hooks",
            "bd: never fires them",
        ),
        (
            f"{step()}\n[[compose.gate]]\nbefore='a'\ncondition='status == open'",
            "compose.gate",
            "bd: only puts a label on it",
        ),
        (
            f"{step()}\n[[compose.bond_points]]\nid='p'\nafter_step='a'",
            "compose.bond_points",
            "bd: only lists them",
        ),
        (
            f"{step()}\n[[compose.bond_points]]\nid='p'\nafter_step='a'",
            "compose",
            "gt: formula run does not compose",
        ),
        (f"{step()}\n[[pointcuts]]\nglob='a'", "pointcuts", "bd: never applies them"),
        (
            f"{step()}\n[[advice]]\ntarget='a'\nafter=[{{id='x', title='t', notes='n'}}]",
            "advice[0].after",
            "bd: nothing waits for them; gt: ignores advice",
        ),
        (
            f"{step()}\n[[advice]]\ntarget='a'\nafter=[{{id='x', title='t', notes='n'}}]",
            "advice[0].after.x.notes",
            "bd: drops it",
        ),
        (
            f"{step()}\n[[advice]]\ntarget='a'\naround={{before=[{{id='x', title='t'}}]}}",
            "advice[0].around.before",
            "bd: they wait for nothing; gt: ignores advice",
        ),
        (
            "type='aspect'\n[[advice]]\ntarget='a'\nafter=[{id='x', title='t'}]",
            "formula",
            "gt: refuses it without [[aspects]]",
        ),
        (
            "type='expansion'\n[[template]]\nid='{target}'\ntitle='t'\nnotes='n'",
            "template.{target}.notes",
            "bd: drops it in a template",
        ),
        ('[[legs]]\nid="x"', "legs", "bd: ignores it"),
        (
            '[[legs]]\nid="x"\n[synthesis]\ndepends_on=["x"]',
            "synthesis.depends_on",
            "gt: waits for all legs",
        ),
        ('[[legs]]\nid="x"\n[presets.p]\nlegs=["x"]', "presets", "bd, gt: ignore them"),
        (
            '[[legs]]\nid="x"\n[inputs.p]\nrequired=true',
            "inputs.p.required",
            "gt: runs without a value",
        ),
    ],
)
def test_what_other_tools_do_is_told_at_the_key(text: str, key: str, there: str):
    found = elsewhere(text, e={"type": "expansion", "template": [{"id": "{target}"}]}, g=G)

    assert there in found.get(key, "")


G = {"vars": {"x": ""}, "steps": [{"id": "g", "title": "t"}]}


def test_extending_loses_much_in_bd_and_an_own_step_is_refused_by_gt():
    advice = "[[advice]]\ntarget='a'\nafter=[{id='x', title='t'}]"
    own = '[[steps]]\nid = "g"\ntitle = "t"'
    found = elsewhere(f"extends = ['g']\n{own}\n{advice}\n[compose]\naspects=['z']", g=G)

    assert found["extends"].startswith("bd: steps, variables and compose alone")
    assert "bd: loses it" in found["advice"]
    assert found["compose.aspects"] == "bd: loses it if a parent composes"
    assert found["steps.g.id"] == "bd: the whole step goes; gt: refuses the formula"


def test_any_children_are_all_children_in_bd():
    children = 'children = [{id = "c", title = "t"}]'
    found = elsewhere(step(children) + "\n" + after('waits_for = "any-children"'))

    assert "bd: waits for all of them" in found["steps.b.waits_for"]


def test_json_is_nothing_for_gt():
    text = '{"formula": "f", "steps": [{"id": "a", "title": "t"}]}'

    (found,) = lint(text, "f.json", ())
    assert (found.severity, found.line, found.key) == ("note", None, "")
    assert found.elsewhere == "gt: reads TOML only"


def test_a_plain_formula_is_the_same_everywhere():
    assert elsewhere(f"description = 'd'\nversion = 1\n{step()}\n{after()}") == {}
