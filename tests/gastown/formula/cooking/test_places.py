"""Where a bond point sits."""

import pytest

from gastown.errors import NotFoundError
from gastown.formula.compose import BondPoint
from gastown.formula.cooking.places import Place, bond_place, bond_point
from gastown.formula.cooking.tree import prepared
from gastown.formula.step import Prepared, Step

STEPS = prepared([Step(id="a"), Step(id="b", needs=("a",)), Step(id="c", needs=("b", "a"))])
# What stands in the place of b after an expansion.
WOVEN = (
    Prepared(id="a"),
    Prepared(id="b.1", needs=("a",), origin=(("b", "two"),)),
    Prepared(id="b.2", needs=("b.1",), origin=(("b", "two"),)),
    Prepared(id="c", needs=("b.2",)),
)


@pytest.mark.parametrize(
    ("point", "place"),
    [
        (BondPoint(id="p", after_step="a"), Place(("a",), ("b", "c"))),
        (BondPoint(id="p", after_step="c"), Place(("c",), ())),
        (BondPoint(id="p", before_step="c"), Place(("b", "a"), ("c",))),
        (BondPoint(id="p", before_step="a"), Place((), ("a",))),
        (BondPoint(id="p", after_step="a", parallel=True), Place(("a",), ())),
        (BondPoint(id="p", before_step="c", parallel=True), Place(("b", "a"), ())),
    ],
)
def test_a_bond_point_sits(point: BondPoint, place: Place):
    assert bond_place(point, STEPS) == place


def test_a_step_that_was_replaced_counts_as_a_whole():
    assert bond_place(BondPoint(id="p", after_step="b"), WOVEN) == Place(("b.2",), ("c",))
    assert bond_place(BondPoint(id="p", before_step="b"), WOVEN) == Place(("a",), ("b.1",))


def test_what_is_not_there_is_said_with_the_nearest():
    with pytest.raises(NotFoundError, match=r"no bond point 'edn'; did you mean end\?"):
        bond_point("edn", [BondPoint(id="end", after_step="a")])
    with pytest.raises(NotFoundError, match=r"bond point 'p': no step 'aa'; did you mean a\?"):
        bond_place(BondPoint(id="p", after_step="aa"), STEPS)
