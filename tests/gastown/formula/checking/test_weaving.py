"""What compose, advice and pointcuts may not say."""

import pytest

from tests.gastown.formula.checking.said import said, step

A = step('[[steps]]\nid = "b"\n[[steps]]\nid = "c"')


@pytest.mark.parametrize(
    "text",
    [
        '[[compose.bond_points]]\nid = "p"\nafter_step = "a"',
        '[[compose.hooks]]\ntrigger = "priority:0-1"\nattach = "g"',
        '[[compose.hooks]]\ntrigger = "label:x"\nattach = "g"\nat = "before"',
        '[[compose.expand]]\ntarget = "a"\nwith = "e"\n[compose.expand.vars]\nx = "1"',
        '[[compose.expand]]\ntarget="a"\nwith="e"\n[[compose.expand]]\ntarget="a.x"\nwith="e"',
        '[[compose.map]]\nselect = "*.x"\nwith = "e"',
        '[[compose.branch]]\nfrom = "a"\nsteps = ["b"]\njoin = "c"',
        '[[compose.gate]]\nbefore = "a"\ncondition = "b.status == closed"',
        '[compose]\naspects = ["x"]',
        '[[advice]]\ntarget = "*"\nbefore = [{id = "{step.id}-x"}]',
        '[[advice]]\ntarget = "*"\naround = {after = [{id = "x"}]}',
        '[[pointcuts]]\nlabel = "x"',
    ],
)
def test_these_are_right(text: str):
    assert said(f"{A}\n{text}") == {}


@pytest.mark.parametrize(
    ("text", "key", "message"),
    [
        (
            '[[compose.bond_points]]\nid = "p"',
            "compose.bond_points.p",
            "stands nowhere; write after_step or before_step",
        ),
        (
            '[[compose.bond_points]]\nid = "p"\nafter_step = "a"\nbefore_step = "b"',
            "compose.bond_points.p.before_step",
            "excludes after_step; write one of them",
        ),
        (
            '[[compose.bond_points]]\nid = "p"\nafter_step = "z"',
            "compose.bond_points.p.after_step",
            "no step 'z'",
        ),
        (
            '[[compose.hooks]]\ntrigger = "role:x"\nattach = "g"',
            "compose.hooks[0].trigger",
            "'role:x' is no trigger; write label:x, type:x, priority:1 or priority:0-1",
        ),
        (
            '[[compose.hooks]]\ntrigger = "type:x"',
            "compose.hooks[0].attach",
            "is missing: the formula to attach",
        ),
        (
            '[[compose.expand]]\ntarget = "z"\nwith = "e"',
            "compose.expand[0].target",
            "no step 'z'",
        ),
        (
            '[[compose.expand]]\ntarget="a"\nwith="e"\n[[compose.expand]]\ntarget="a"\nwith="e"',
            "compose.expand[1].target",
            "'a' is expanded by a rule above already",
        ),
        ('[[compose.map]]\nselect = "*"', "compose.map[0].with", "is missing"),
        ('[[compose.map]]\nwith = "e"', "compose.map[0].select", "is missing"),
        (
            '[[compose.branch]]\nfrom = "a"\nsteps = ["a"]\njoin = "c"',
            "compose.branch[0].steps",
            "'a' begins or joins the branch, so it can't be within",
        ),
        ('[[compose.branch]]\nsteps = ["a"]\njoin = "c"', "compose.branch[0].from", "is missing"),
        (
            '[[compose.branch]]\nfrom = "a"\njoin = "c"',
            "compose.branch[0].steps",
            "is missing: which steps run side by side",
        ),
        (
            '[[compose.gate]]\nbefore="z"\ncondition="status==open"',
            "compose.gate[0].before",
            "no step 'z'",
        ),
        ('[compose]\naspects = [""]', "compose.aspects[0]", "is missing"),
        (
            '[[advice]]\nbefore = [{id = "x"}]',
            "advice[0].target",
            'is missing: a glob of ids, "*" for every step',
        ),
        (
            '[[advice]]\ntarget = "*"',
            "advice[0]",
            "inserts nothing; write before, after or around",
        ),
        (
            '[[advice]]\ntarget = "*"\nbefore = [{id = "x"}]\nafter = [{id = "x"}]',
            "advice[0].after.x.id",
            "'x' is inserted by this advice already",
        ),
        ("[[pointcuts]]", "pointcuts[0]", "says nothing; write glob, type or label"),
    ],
)
def test_what_is_wrong_is_said_at_its_key(text: str, key: str, message: str):
    assert said(f"{A}\n{text}") == {key: message}


def test_a_gate_of_compose_has_a_condition_that_can_be_asked():
    assert list(said(f'{A}\n[[compose.gate]]\nbefore = "a"\ncondition = "soon"')) == [
        "compose.gate[0].condition"
    ]


def test_names_are_judged_after_extends():
    assert said('extends = ["g"]\n[[compose.expand]]\ntarget = "z"\nwith = "e"') == {}
