"""The form of open gates, and what is read out of it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.formula.var import Var
from gastown.gates.form import output_of
from gastown.gates.schema import Ask, description_of, said_in, schema_of

FORM = {
    "version": Var(required=True, pattern=r"^[0-9.]+$", description="To be shipped."),
    "level": Var(enum=("low", "high"), default="low"),
    "count": Var(type="int", default="3"),
    "loud": Var(type="bool", default="true"),
    "tags": Var(type="list", default="a,b"),
}
SHIP = Ask("hq-mol-1.1", "Ship it?", "**Ship it?**", FORM)
WAIT = Ask("hq-mol-1.2", "Wait?", "**Wait?**", refused="version: is missing")


def defaults(schema):
    return {name: one["default"] for name, one in schema["properties"].items() if "default" in one}


def test_one_gate_is_asked_flatly_with_its_own_fields():
    schema = schema_of([SHIP])

    assert list(schema["properties"]) == [
        *("decision", "version", "level", "count", "loud", "tags", "answer", "comment", "by")
    ]
    assert schema["properties"]["level"]["enum"] == ["low", "high"]
    assert defaults(schema)["tags"] == ["a", "b"]
    assert "(required)" in schema["properties"]["version"]["description"]


def test_nothing_is_required_so_that_an_empty_form_is_valid():
    for asks in ([SHIP], [SHIP, WAIT]):
        assert "required" not in str(schema_of(asks)).replace("(required)", "")
        assert list(said_in(schema_of(asks), {})) == []


def test_a_form_that_is_sent_as_it_is_shown_decides_nothing():
    schema = schema_of([SHIP])

    assert list(said_in(schema, defaults(schema))) == []


def test_the_defaults_of_a_form_are_an_answer_that_fits():
    schema = schema_of([SHIP])
    (said,) = said_in(schema, {**defaults(schema), "decision": "approve", "version": "1.2"})

    assert output_of(FORM, said.answer, said.fields) == {
        "approved": True, "answer": "", "version": "1.2",
        "level": "low", "count": 3, "loud": True, "tags": ["a", "b"],
    }  # fmt: skip


def test_several_gates_have_a_part_each_and_those_left_waiting_are_passed_over():
    schema = schema_of([SHIP, WAIT])
    given = {
        "gate_1": {"decision": "wait", "comment": "later"},
        "gate_2": {"decision": "reject", "comment": "no", "by": "ann"},
    }

    (said,) = said_in(schema, given)

    assert (said.gate, said.approved, said.comment, said.by) == (WAIT.gate, False, "no", "ann")


def test_what_stands_above_the_form_asks_and_says_how_to_answer_elsewhere():
    text = description_of([SHIP, WAIT])

    assert "**Ship it?**" in text
    assert "town gate resolve hq-mol-1.2" in text
    assert "The last answer was not taken: version: is missing" in text


nonsense = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)


@settings(max_examples=100)
@given(st.booleans(), st.dictionaries(st.sampled_from(["decision", "gate_1", "by"]), nonsense))
def test_whatever_comes_back_is_read_without_harm(several, given_back):
    schema = schema_of([SHIP, WAIT] if several else [SHIP])

    for said in said_in(schema, given_back):
        assert said.gate in {SHIP.gate, WAIT.gate}
