"""What a single step may not say."""

import pytest

from gastown.formula.checking.steps import answerable
from gastown.formula.step import Gate
from tests.gastown.formula.checking.said import said, step

BODY = '[[steps.loop.body]]\nid = "b"'


@pytest.mark.parametrize("waits", ["all-children", "any-children", "children-of(b)"])
def test_a_step_waits_for_children_of_some_step(waits: str):
    assert said(step(f'waits_for = "{waits}"', '[[steps]]\nid = "b"')) == {}


@pytest.mark.parametrize(
    ("line", "key", "message"),
    [
        (
            'waits_for = "everyone"',
            "waits_for",
            (
                "'everyone' is nothing to wait for; "
                "write all-children, any-children or children-of(id)"
            ),
        ),
        ('waits_for = "children-of(b)"', "waits_for", "no step 'b'"),
        (
            'gate = {type = "humn"}',
            "gate.type",
            (
                "'humn' is no gate; there are human, timer, gh:run, gh:pr, mail, bead, "
                "conditional; did you mean human?"
            ),
        ),
        (
            'gate = {timeout = "soon"}',
            "gate.timeout",
            """'soon' is no duration; write "90s", "30m", "1h30m" or "2d\"""",
        ),
        ('gate = {type = "timer"}', "gate.timeout", 'a timer needs one: timeout = "1h"'),
        (
            'on_complete = {bond = "g"}',
            "on_complete.for_each",
            'is missing: which list of the output, "output.items"',
        ),
        (
            'on_complete = {for_each = "items", bond = "g"}',
            "on_complete.for_each",
            """'items' must begin with "output.": "output.items\"""",
        ),
        (
            'on_complete = {for_each = "output.items"}',
            "on_complete.bond",
            "is missing: the formula that each item gets",
        ),
        (
            'on_complete = {for_each="output.x", bond="g", parallel=true, sequential=true}',
            "on_complete.sequential",
            "excludes parallel; write one of them",
        ),
        (
            f'expand = "e"\n[steps.loop]\ncount = 1\n{BODY}',
            "expand",
            "a step has loop or expand, not both; write two steps",
        ),
        (
            'expand = "e"\non_complete = {for_each = "output.x", bond = "g"}',
            "on_complete",
            "a step with expand has no output of its own; put this on one within",
        ),
        (
            'each = "rigs"\nexpand = "e"',
            "each",
            "can't stand beside expand; write it at the steps that take its place",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_key(line: str, key: str, message: str):
    assert said(step(line)) == {f"steps.a.{key}": message}


@pytest.mark.parametrize("gate", ["human", "gh:run", "gh:pr", "mail", "bead", "{{kind}}"])
def test_these_gates_need_nothing_more(gate: str):
    assert said(step(f'gate = {{type = "{gate}", timeout = "2d"}}')) == {}


def test_a_gate_that_nothing_can_judge_is_a_persons():
    for gate in (
        Gate(type="conditional", await_id="looks good"),
        Gate(type="conditional"),
        Gate(type="approval"),
    ):
        assert answerable(gate).type == "human"
    for gate in (
        Gate(type="conditional", await_id="b.status == closed"),
        Gate(type="conditional", id="{{when}}"),
        Gate(type="{{kind}}"),
        Gate(type="mail"),
    ):
        assert answerable(gate) is gate


@pytest.mark.parametrize("how", ["count = 3", 'count = "{n} + 1"', 'range = "1..{n}"'])
def test_a_loop_says_once_how_often(how: str):
    assert said(step(f"[steps.loop]\n{how}\n{BODY}")) == {}


@pytest.mark.parametrize(
    ("loop", "key", "message"),
    [
        (BODY, "", "does not say how often; write one of count, range and until"),
        (
            f'count = 1\nrange = "1..2"\n{BODY}',
            ".range",
            "has count and range; write one of count, range and until",
        ),
        (f"count = 0\n{BODY}", ".count", "must be 1 or more"),
        (
            f'range = "3"\n{BODY}',
            ".range",
            """'3' is no range; write "1..3", with expressions at will""",
        ),
        (
            f'until = "status == closed"\n{BODY}',
            ".until",
            "needs max beside it, so that the loop ends",
        ),
        ("count = 2", ".body", "is missing: what the loop repeats, [[….loop.body]]"),
    ],
)
def test_what_is_wrong_with_a_loop(loop: str, key: str, message: str):
    assert said(step(f"[steps.loop]\n{loop}")) == {f"steps.a.loop{key}": message}


def test_the_condition_of_a_loop_has_to_be_one():
    found = said(step(f'[steps.loop]\nuntil = "done"\nmax = 3\n{BODY}'))

    assert list(found) == ["steps.a.loop.until"]
    assert said(step(f'[steps.loop]\nuntil = "b.status == closed"\nmax = 3\n{BODY}')) == {}


def test_an_until_loop_can_not_fan_out_within():
    loop = f'[steps.loop]\nuntil = "b.status == closed"\nmax = 3\n{BODY}\neach = "rigs"'

    assert list(said(step(loop))) == ["steps.a.loop.body.b.each"]
    assert said(step(f'[steps.loop]\ncount = 3\n{BODY}\neach = "rigs"')) == {}
