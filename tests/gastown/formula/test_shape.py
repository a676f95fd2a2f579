"""Values of a wrong type at any depth: each is named, and the sound rest is kept."""

import json

import pytest

from gastown.formula.parse import parse
from gastown.formula.step import Loop, Step
from tests.gastown.formula.test_parse import refused, steps

NESTED = """\
formula = "f"
[[steps]]
id = "a"
[[steps.children]]
id = "b"
gate = {type = 3, await = "x", await_id = "y"}
[[steps.children.children]]
needs = ["a", 3, "b"]
[steps.loop]
count = true
max = 1.5
[[steps.loop.body]]
id = "c"
on_complete = {for_each = "output.x", bond = "g", vars = {k = 1, l = "m"}}
[[compose.map]]
with = 3
select = "*"
[[compose.aspects]]
x = 1
[[advice]]
target = "*"
around = {before = [3, {id = "e", args = {n = nan}}]}
[[pointcuts]]
globb = "*"
"""


def test_what_is_nested_is_checked_with_its_whole_key_and_the_sound_rest_is_kept():
    parsed = parse(NESTED, "f.toml")

    said = [(one.line, one.key, one.message) for one in parsed.findings]
    either = "must be a whole number or an expression in quotes, not"
    cycle = "a → b → steps[0].children[0].children[0] → a"
    assert said == [
        (4, "steps.a.children", "a step has loop or children, not both; write two steps"),
        (4, "steps.a.children", f"a cycle: {cycle} (each needs the next)"),
        (6, "steps.a.children.b.gate.await", "unknown key, it is left out"),
        (6, "steps.a.children.b.gate.type", "must be text, not 3"),
        (7, "steps.a.children.b.children[0].id", "is missing"),
        (8, "steps.a.children.b.children[0].needs[1]", "must be text, not 3"),
        (9, "steps.a.loop", "does not say how often; write one of count, range and until"),
        (10, "steps.a.loop.count", f"{either} True"),
        (11, "steps.a.loop.max", f"{either} 1.5"),
        (14, "steps.a.loop.body.c.on_complete.vars.k", "must be text, not 1"),
        (16, "compose.map[0].with", "must be text, not 3"),
        (18, "compose.aspects[0]", "must be text, not {'x': 1}"),
        (22, "advice[0].around.before[0]", "must be a table, not 3"),
        (22, "advice[0].around.before.e.args", "JSON has no nan and no inf"),
        (23, "pointcuts[0]", "says nothing; write glob, type or label"),
        (24, "pointcuts[0].globb", "unknown key; did you mean glob?"),
    ]
    (step,) = parsed.formula.steps
    assert step.children[0].children[0].needs == ("a", "b")
    assert step.loop
    assert step.loop.body[0].on_complete
    assert step.loop.body[0].on_complete.vars == {"l": "m"}
    assert parsed.formula.compose.map[0].select == "*"


@pytest.mark.parametrize("count", ["{x = 1}", "{int = 1}", "[1]", "true", "1979-05-27"])
def test_a_count_of_any_wrong_type_is_left_out(count: str):
    parsed = parse(steps(f'loop = {{count = {count}, body = [{{id = "b"}}]}}'), "f.toml")

    assert parsed.formula.steps[0].loop == Loop(body=(Step(id="b"),))
    assert "steps.a.loop.count" in [one.key for one in parsed.findings]


def test_tables_nested_without_end_are_refused():
    steps: list[object] = []
    for _ in range(300):
        steps = [{"id": "a", "children": steps}]

    found = refused(json.dumps({"formula": "f", "steps": steps}), "f.json")

    assert any("nested too deeply" in one for one in found)
