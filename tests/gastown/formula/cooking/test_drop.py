"""What becomes of the edges of a step that goes."""

from gastown.formula.cooking.drop import without
from gastown.formula.step import Loop, Step


def test_needs_and_depends_on_become_one():
    both = Step(id="c", needs=("b",), depends_on=("a", "gone", "b"))
    kept = without([Step(id="a"), Step(id="b"), Step(id="gone"), both], {"gone"})

    assert (kept[2].needs, kept[2].depends_on) == (("b", "a"), ())


def test_dependents_inherit_through_a_chain_of_steps_that_go():
    steps = [
        Step(id="last", needs=("second", "other")),
        Step(id="second", needs=("first",)),
        Step(id="first", needs=("root",)),
        Step(id="root"),
        Step(id="other", needs=("root",)),
    ]

    kept = without(steps, {"first", "second"})

    assert {step.id: step.needs for step in kept} == {
        "last": ("root", "other"),
        "root": (),
        "other": ("root",),
    }


def test_what_goes_is_handed_into_the_bodies_of_loops_where_ids_may_hide_it():
    """`first` means another step in the body, so the loop as a whole waits for it."""
    inner = (Step(id="first"), Step(id="x", needs=("gone", "first")))
    steps = [
        Step(id="first"),
        Step(id="other"),
        Step(id="gone", needs=("first", "other")),
        Step(id="L", loop=Loop(count=1, body=inner)),
    ]

    loop = without(steps, {"gone"})[2]

    assert loop.needs == ("first",)
    assert loop.loop
    assert [one.needs for one in loop.loop.body] == [(), ("other", "first")]
