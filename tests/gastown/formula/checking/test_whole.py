"""What each kind of formula has to have, and the tables of a convoy."""

import pytest

from tests.gastown.formula.checking.said import said


@pytest.mark.parametrize(
    ("kind", "key", "message"),
    [
        ("workflow", "steps", "there is no step; write at least one [[steps]]"),
        ("expansion", "template", "there is no template; write at least one [[template]]"),
        ("aspect", "aspects", "there is no aspect and no advice; write at least one [[aspects]]"),
        ("convoy", "legs", "there is no leg; write at least one [[legs]]"),
    ],
)
def test_a_formula_has_something_of_its_kind(kind: str, key: str, message: str):
    assert said(f'type = "{kind}"') == {key: message}
    assert said(f'type = "{kind}"\nextends = ["g"]') == {}


@pytest.mark.parametrize(
    "text", ['[[pointcuts]]\nglob = "*"', '[[advice]]\ntarget = "*"\nbefore = [{id = "a"}]']
)
def test_an_aspect_may_be_advice_or_pointcuts_alone(text: str):
    assert said(f'type = "aspect"\n{text}') == {}


LEGS = '[[legs]]\nid = "a"\n[[legs]]\nid = "b"\n'


def test_legs_of_a_synthesis_and_a_preset_exist():
    assert said(f'{LEGS}[synthesis]\ndepends_on = ["a"]\n[presets.p]\nlegs = ["b"]') == {}
    assert said(f'{LEGS}[synthesis]\ndepends_on = ["z"]\n[presets.p]\nlegs = ["y"]') == {
        "synthesis.depends_on": "no leg 'z'",
        "presets.p.legs": "no leg 'y'",
    }


def test_a_leg_has_an_id_of_its_own():
    assert said(f'{LEGS}[[legs]]\nid = "a"') == {"legs.a.id": "'a' is the id of number 1 already"}
    assert said(f'{LEGS}[[legs]]\nid = "synthesis"') == {}
    assert said(f'{LEGS}[[legs]]\nid = "synthesis"\n[synthesis]') == {
        "synthesis": "a leg is called 'synthesis'; call it otherwise"
    }


def test_an_input_is_required_unless_others_that_exist():
    text = f'{LEGS}[inputs.x]\nrequired_unless = ["y", "v"]\n[vars]\nv = ""\n[inputs.y]\n'

    assert said(text) == {}
    assert said(text.replace("inputs.y", "inputs.yy")) == {
        "inputs.x.required_unless": "no input 'y'; did you mean yy?"
    }
