"""Prefixes are proposed from names; a proposal is always valid and free."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.founding.names import propose_prefix
from gastown.town.tables.table import NAME, PREFIX


@pytest.mark.parametrize(
    ("name", "taken", "prefix"),
    [
        ("space-garden", (), "sg"),
        ("garden", (), "ga"),
        ("garden", ("ga",), "gar"),
        ("AeroBeat_2", (), "a2"),
        ("x", (), "x"),
        ("x", ("x",), "x2"),
        ("space-garden", ("sg",), "sp"),
    ],
)
def test_a_prefix_is_short_for_the_name(name, taken, prefix):
    assert propose_prefix(name, taken) == prefix


@settings(max_examples=200)
@given(st.lists(st.from_regex(NAME, fullmatch=True), max_size=30))
def test_every_proposal_is_valid_and_new(names):
    taken = {"hq"}
    for name in names:
        prefix = propose_prefix(name, taken)
        assert re.fullmatch(PREFIX, prefix)
        assert prefix not in taken
        taken.add(prefix)
