"""Counter: the number of a round in every text of a step, and nowhere else."""

from gastown.formula.cooking.counter import counted
from gastown.formula.step import Gate, Loop, OnComplete, Step


def test_every_text_is_told_but_ids_and_what_points_at_them():
    inner = Step(id="{i}", title="{i}", expand="e{i}", expand_vars={"{i}": "{i}"})
    step = Step(
        id="a{i}",
        title="{i}{{i}}{j}{ii}",
        needs=("n{i}",),
        waits_for="children-of({i})",
        each="{i}",
        condition="{{v}} == {i}",
        labels=("{i}", "x"),
        metadata={"k": ["{i}", 1, {"{i}": "{i}"}]},
        gate=Gate(await_id="{i}"),
        on_complete=OnComplete(vars={"v": "{i} {item}"}, bond="b{i}"),
        loop=Loop(range="1..{i}", var="j", body=(inner,)),
    )
    told = counted(step, "i", 7)

    assert (told.id, told.needs, told.waits_for, told.each) == (
        "a{i}",
        ("n{i}",),
        "children-of({i})",
        "{i}",
    )
    assert (told.title, told.condition) == ("7{{i}}{j}{ii}", "{{v}} == 7")
    assert told.labels == ("7", "x")
    assert told.metadata == {"k": ["7", 1, {"{i}": "7"}]}
    assert told.gate == Gate(await_id="7")
    assert told.on_complete == OnComplete(vars={"v": "7 {item}"}, bond="b7")
    assert told.loop
    assert (told.loop.range, told.loop.var) == ("1..7", "j")
    body = told.loop.body[0]
    assert (body.id, body.title, body.expand, body.expand_vars) == ("{i}", "7", "e7", {"{i}": "7"})


def test_without_a_counter_or_a_text_that_names_it_nothing_changes():
    step = Step(id="a", title="{i}", metadata={"k": ["x"]}, gate=Gate())

    assert counted(step, "", 1) is step
    assert counted(step, "j", 1) == step
