"""What a town or a rig says otherwise about a formula's steps."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import FormulaError
from gastown.formula.graph import ordered
from gastown.formula.legs import Leg, Synthesis
from gastown.formula.model import Formula
from gastown.formula.overlay import Overlay, find_overlay, overlaid, parse_overlay
from gastown.formula.step import Loop, Step
from tests.gastown.formula.given import a_formula, formulas


def over(*overrides: str) -> Overlay:
    return parse_overlay("".join(f"[[step-overrides]]\n{one}\n" for one in overrides), "o.toml")


def skip(name: str) -> Overlay:
    return over(f'step_id = "{name}"\nmode = "skip"')


def test_a_description_is_replaced_or_gets_more():
    formula = a_formula(Step(id="a", description="Old.\n"), Step(id="b", description="Old."))

    changed = overlaid(
        formula,
        over(
            'step_id = "a"\nmode = "append"\ndescription = "More."',
            'step_id = "b"\ndescription = ["One.", "Two."]',
        ),
    )

    assert [step.description for step in changed.steps] == ["Old.\n\nMore.", "- One.\n- Two."]


def test_what_needed_a_skipped_step_needs_what_that_one_needed():
    chain = a_formula(
        Step(id="a"),
        Step(id="b", needs=("a",)),
        Step(id="c", needs=("b",), depends_on=("a",)),
        Step(id="d", waits_for="children-of(b)"),
    )

    left = overlaid(chain, skip("b"))

    assert {step.id: step.edges for step in left.steps} == {"a": (), "c": ("a",), "d": ("a",)}
    assert left.steps[2].waits_for == ""


def test_steps_within_steps_are_meant_too():
    inside = (Step(id="x"), Step(id="y", needs=("x",)), Step(id="z", needs=("y",)))
    formula = a_formula(
        Step(id="first"),
        Step(id="around", needs=("first",), children=inside),
        Step(id="again", loop=Loop(count=2, body=(Step(id="u"), Step(id="v", needs=("u",))))),
        Step(id="last", needs=("y",)),
    )

    left = overlaid(formula, over(*(f'step_id = "{n}"\nmode = "skip"' for n in ("y", "u"))))

    assert [step.id for step in left.steps[1].children] == ["x", "z"]
    assert left.steps[1].children[1].needs == ("first", "x")
    assert left.steps[2].loop
    assert [step.id for step in left.steps[2].loop.body] == ["v"]
    assert left.steps[3].needs == ("first", "x")


def test_with_a_skipped_step_its_children_go_and_all_that_they_needed_is_handed_on():
    formula = a_formula(
        Step(id="a"),
        Step(id="b"),
        Step(id="group", needs=("a",), children=(Step(id="c", needs=("b",)),)),
        Step(id="d", needs=("group",)),
        Step(id="e", needs=("c",)),
    )

    left = overlaid(formula, skip("group"))

    assert [step.id for step in left.steps] == ["a", "b", "d", "e"]
    assert set(left.steps[2].needs) == {"a", "b"}
    assert set(left.steps[3].needs) == {"a", "b"}


def test_legs_and_synthesis_are_steps_too():
    formula = Formula(
        name="look",
        type="convoy",
        legs=(Leg(id="a"), Leg(id="b", description="Old.")),
        synthesis=Synthesis(description="Sum.", depends_on=("a", "b")),
    )
    more = 'step_id = "synthesis"\nmode = "append"\ndescription = "Be short."'

    left = overlaid(formula, over('step_id = "a"\nmode = "skip"', more))

    assert [leg.id for leg in left.legs] == ["b"]
    assert left.synthesis == Synthesis(description="Sum.\n\nBe short.", depends_on=("b",))
    assert overlaid(formula, skip("synthesis")).synthesis is None


def test_a_step_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(FormulaError, match=r"o\.toml: no step 'buidl' in f; did you mean build\?"):
        overlaid(a_formula(Step(id="build")), skip("buidl"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[step-overrides", r"o\.toml: Expected"),
        ('[[step-overrides]]\nmode = "skip"', r"step-overrides\.0\.step_id: Field required"),
        ('[[step-overrides]]\nstep_id = "a"\nmode = "drop"', r"step-overrides\.0\.mode: .*'skip'"),
        ('[[step-overrides]]\nstep_id = "a"\nmod = "skip"', r"step-overrides\.0\.mod: "),
        ('[[step-overrides]]\nstep_id = "a"', "a: there is no description"),
        ("steps = 1", r"o\.toml: steps: "),
    ],
)
def test_a_wrong_file_is_refused_with_its_key(text: str, said: str):
    with pytest.raises(FormulaError, match=said):
        parse_overlay(text, "o.toml")


def test_the_first_folder_with_a_file_counts_and_no_other_is_read(tmp_path: Path):
    rig, town = tmp_path / "rig", tmp_path / "town"
    for folder in (rig, town):
        folder.mkdir()
    (town / "ship.toml").write_text('[[step-overrides]]\nstep_id = "a"\nmode = "skip"')

    found = find_overlay("ship", (rig, town))
    assert found
    assert found.source == str(town / "ship.toml")

    (rig / "ship.toml").write_text("")
    found = find_overlay("ship", (rig, town))
    assert found
    assert found.overrides == ()
    assert find_overlay("other", (rig, town)) is None

    (rig / "ship.toml").write_bytes(b"\xff")
    with pytest.raises(FormulaError, match=r"ship\.toml: .*utf-8"):
        find_overlay("ship", (rig, town))


@settings(max_examples=60, deadline=None)
@given(formulas(), st.data())
def test_the_order_of_the_steps_that_stay_is_what_it_was(formula: Formula, data: st.DataObject):
    names = [step.id for step in formula.steps]
    gone = data.draw(st.lists(st.sampled_from(names), unique=True, max_size=len(names) - 1))

    left = overlaid(formula, over(*(f'step_id = "{n}"\nmode = "skip"' for n in gone)))

    before, after = ordering(formula), ordering(left)
    assert after == {name: before[name] - {*gone} for name in names if name not in gone}


def ordering(formula: Formula) -> dict[str, set[str]]:
    """For each step all that stands before it."""
    edges = {step.id: step.edges for step in formula.steps}
    found: dict[str, set[str]] = {}
    for name in ordered(edges):
        found[name] = set(edges[name]).union(*(found[need] for need in edges[name]))
    return found
