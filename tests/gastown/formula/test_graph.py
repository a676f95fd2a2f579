"""Order and cycles of names."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.formula.graph import chain_text, cycles, dependents, ordered

NAMES = "abcdefg"
GRAPHS = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3), max_size=7
).map(lambda needs: {name: [n for n in wanted if n in needs] for name, wanted in needs.items()})


def test_dependents_are_the_needs_turned_around():
    assert dependents({"a": [], "b": ["a"], "c": ["a", "b"]}) == {
        "a": ["b", "c"],
        "b": ["c"],
        "c": [],
    }


def test_the_order_is_that_of_the_mapping_where_needs_allow():
    assert ordered({"c": ["a"], "b": [], "a": []}) == ["b", "a", "c"]


def test_a_need_that_stands_twice_counts_once():
    assert ordered({"b": ["a", "a"], "a": []}) == ["a", "b"]


def test_each_cycle_is_a_chain_that_ends_where_it_began():
    needs = {"a": ["b"], "b": ["a"], "c": ["c"], "d": ["a"], "e": []}

    assert cycles(needs) == [["a", "b", "a"], ["c", "c"]]


def test_a_chain_reads_from_left_to_right():
    assert chain_text(["a", "b", "a"]) == "a → b → a (each needs the next)"


@settings(max_examples=150, deadline=None)
@given(GRAPHS)
def test_either_all_names_are_ordered_or_a_real_cycle_is_found(needs: dict[str, list[str]]):
    order, found = ordered(needs), cycles(needs)

    assert bool(found) == (len(order) < len(needs))
    for name in order:
        assert all(order.index(need) < order.index(name) for need in needs[name])
    for chain in found:
        assert chain[0] == chain[-1]
        assert all(need in needs[name] for name, need in pairwise(chain))


def test_a_long_chain_needs_no_deep_stack():
    needs = {f"s{n}": [f"s{n + 1}"] for n in range(5000)} | {"s5000": ["s0"]}

    assert len(cycles(needs)[0]) == 5002
