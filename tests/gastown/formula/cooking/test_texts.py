"""Names in single braces, in every text of a step."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.formula.cooking.texts import about, place, retexted, unplaced
from gastown.formula.step import Gate, Loop, OnComplete, Step


def test_a_name_in_double_braces_is_another():
    """Where a pattern hits the inside of `{{name}}`, it leaves `{value}` behind."""
    assert place("{name} {{name}} {{{name}}} {other}", {"name": "x"}) == (
        "x {{name}} {{{name}}} {other}"
    )


def test_what_a_value_holds_is_not_looked_at_again():
    assert place("{a}", {"a": "{b}", "b": "x"}) == "{b}"


def test_a_target_is_told_in_four_ways():
    step = Step(id="s", title="Title", description="Text")

    assert place("{target} {target.id} {target.title} {target.description}", about(step, "target"))
    assert about(step, "target") == {
        "target": "s",
        "target.id": "s",
        "target.title": "Title",
        "target.description": "Text",
    }
    assert about(Step(id="s"), "step")["step.title"] == "s"


FULL = Step(
    id="{x}.id",
    title="{x}",
    description="{x}",
    notes="{x}",
    acceptance="{x}",
    design="{x}",
    type="{x}",
    labels=("{x}",),
    assignee="{x}",
    metadata={"key {x}": ["{x}", {"deep": "{x}"}, 3]},
    needs=("{x}",),
    depends_on=("{x}",),
    waits_for="children-of({x})",
    condition="{{v}} == {x}",
    expand="{x}",
    expand_vars={"a": "{x}"},
    children=(Step(id="{x}.child", title="{x}"),),
    gate=Gate(type="{x}", id="{x}", await_id="{x}", timeout="{x}"),
    loop=Loop(
        count="{x}",
        range="1..{x}",
        until="step.status == '{x}'",
        var="{x}",
        body=(Step(id="{x}.body", title="{x}"),),
    ),
    on_complete=OnComplete(for_each="output.{x}", bond="{x}", vars={"a": "{x}"}),
    role="{x}",
    each="{x}",
)


def test_every_text_of_a_step_is_told_ids_and_edges_and_what_is_within_it_too():
    told = retexted(FULL, lambda text: place(text, {"x": "y"}))
    left = told.model_dump_json()

    assert set(Step.model_fields) - FULL.model_fields_set == {"priority", "parallel", "interactive"}
    assert left.count("{x}") == 1
    assert told.metadata == {"key {x}": ["y", {"deep": "y"}, 3]}
    assert told.condition == "{{v}} == y"
    assert told.loop is not None
    assert told.loop.body[0].id == "y.body"
    assert told.children[0].id == "y.child"


def test_a_step_in_which_nothing_changes_is_the_same():
    assert retexted(FULL, lambda text: text) is FULL


def test_names_that_nothing_gives_can_be_told():
    assert unplaced("{a}.{{b}}.{c.d}") == ["a", "c.d"]


@settings(max_examples=100)
@given(st.text("{}ab ", max_size=12))
def test_what_nothing_gives_stays_and_what_is_told_once_is_told(text: str):
    told = place(text, {"a": "X"})

    assert place(text, {}) == text
    assert place(told, {"a": "X"}) == told or "{{" in text
