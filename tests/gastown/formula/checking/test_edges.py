"""Ids, references and cycles, at any depth."""

import pytest

from tests.gastown.formula.checking.said import said, step

CHILD = '[[steps.children]]\nid = "b"'
BODY = '[steps.loop]\ncount = 2\n[[steps.loop.body]]\nid = "b"'


def test_children_share_the_ids_of_the_steps():
    assert said(step(CHILD, '[[steps]]\nid = "b"')) == {
        "steps.b.id": "'b' is the id of step 1 of 'a' already"
    }


def test_each_loop_and_the_template_have_ids_of_their_own():
    assert said(step(BODY, '[[steps]]\nid = "b"', '[[template]]\nid = "b"')) == {}
    assert said(step(BODY, '[[steps.loop.body]]\nid = "b"')) == {
        "steps.a.loop.body.b.id": "'b' is the id of step 1 already"
    }
    assert said('type="expansion"\n[[template]]\nid="{target}.b"\n[[template]]\nid="{target}.b"')


def test_an_id_of_a_template_may_hold_placeholders():
    text = 'type = "expansion"\n[[template]]\nid = "{name}"\n'

    assert (
        said(f'{text}[[template]]\nid = "{{target.id}}.x"\nneeds = ["{{target}}", "{{n}}"]') == {}
    )
    assert list(said(f'{text}[[template]]\nid = "{{x"')) == ["template.{x.id"]
    assert list(said(step(CHILD.replace('"b"', '"{b}"')))) == ["steps.a.children.{b}.id"]


def test_a_reference_reaches_the_steps_around_but_none_within_a_loop():
    other = '[[steps]]\nid = "c"'

    assert said(step(BODY, 'needs = ["c", "b2"]', '[[steps.loop.body]]\nid="b2"', other)) == {}
    assert said(step(BODY, other, 'needs = ["b"]')) == {
        "steps.c.needs": "'b' stands in the loop 'a', out of reach from here; need 'a'"
    }
    assert said(step(CHILD, other, 'needs = ["b"]')) == {}


def test_what_the_cook_makes_of_a_step_may_be_named():
    other = '[[steps]]\nid = "c"'

    assert said(step(BODY, other, 'needs = ["a.iter2.b"]')) == {}
    assert said(step('expand = "e"', other, 'needs = ["a.draft"]')) == {}
    assert said(step(other, 'needs = ["a.draft"]')) == {"steps.c.needs": "no step 'a.draft'"}


def test_references_of_a_formula_that_extends_another_are_judged_when_it_has():
    text = step('needs = ["z"]', 'waits_for = "children-of(z)"')

    assert said(f'extends = ["g"]\n{text}') == {}
    assert list(said(text)) == ["steps.a.needs", "steps.a.waits_for"]


C_AFTER_B = '[[steps]]\nid = "c"\nneeds = ["b"]'


@pytest.mark.parametrize(
    ("text", "key", "chain"),
    [
        (step(CHILD, 'needs = ["a"]'), "steps.a.children", "a → b → a"),
        (step('needs = ["c"]', CHILD, C_AFTER_B), "steps.c.needs", "c → b → c"),
        (step(BODY, 'needs = ["a"]'), "steps.a.loop", "a → a/b → a"),
        (
            step(BODY, 'needs = ["b2"]', '[[steps.loop.body]]\nid="b2"', 'needs = ["b"]'),
            "steps.a.loop.body.b.needs",
            "a/b → a/b2 → a/b",
        ),
        (
            step('waits_for = "children-of(c)"', '[[steps]]\nid = "c"', 'needs = ["a"]'),
            "steps.a.waits_for",
            "a → c → a",
        ),
        (
            'type = "expansion"\n[[template]]\nid = "a"\nneeds = ["a"]',
            "template.a.needs",
            "template/a → template/a",
        ),
    ],
)
def test_a_cycle_is_found_through_children_and_loops(text: str, key: str, chain: str):
    assert said(text) == {key: f"a cycle: {chain} (each needs the next)"}
