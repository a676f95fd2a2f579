"""Ids: the same as `bd` gives, by its own golden vector."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.beads.ids import (
    candidates,
    child_id,
    child_number,
    hash_digits,
    length_for,
    microseconds,
    moment,
    place,
    stem_of,
)
from gastown.errors import LedgerError

AT = datetime(2024, 1, 2, 3, 4, 5, 6000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "digits"),
    [(3, "vju"), (4, "8d8e"), (5, "bi3tk"), (6, "8bi3tk"), (7, "r5sr6bm"), (8, "8r5sr6bm")],
)
def test_digits_are_those_of_bd(length: int, digits: str):
    found = hash_digits("Fix login", "Details", "jira-import", AT, length=length, nonce=0)

    assert found == digits


def test_ids_grow_where_the_birthday_bound_says():
    """The last count that fits n digits: 1 - exp(-count² / 2·36ⁿ) is at most a quarter."""
    for length, last in [(3, 163), (4, 983), (5, 5898), (6, 35389), (7, 212339)]:
        assert (length_for(last), length_for(last + 1)) == (length, length + 1)
    assert length_for(0) == 3
    assert length_for(10**9) == 8


def test_ten_nonces_are_tried_before_an_id_grows():
    found = list(candidates("hq-mol", "t", "", "", AT, count=0))

    assert [len(name) - len("hq-mol-") for name in found[:20:9]] == [3, 3, 4]
    assert len(found) == 60
    assert len(set(found)) == 60
    assert len(next(candidates("hq", "t", "", "", AT, count=984))) == len("hq-") + 5


def test_children_are_numbered_three_levels_deep():
    assert child_id("hq-a", 3) == "hq-a.3"
    assert child_id("hq-a.1.2", 3) == "hq-a.1.2.3"
    with pytest.raises(LedgerError, match=r"hq-a.1.2.3 is 3 levels deep"):
        child_id("hq-a.1.2.3", 1)


def test_a_child_number_is_read_from_any_depth():
    names = {"hq-a.12": 12, "hq-a.3.9": 3, "hq-a": 0, "hq-ab.4": 0, "hq-a.x": 0, "hq-a.²": 0}

    assert {name: child_number(name, "hq-a") for name in names} == names


def test_a_place_sorts_children_by_number():
    names = ["hq-a", "hq-a.1", "hq-a.2", "hq-a.2.1", "hq-a.10", "hq-a.x"]

    assert sorted(set(names), key=place) == names


@pytest.mark.parametrize(
    ("prefix", "infix", "stem"),
    [("hq", "", "hq"), ("hq-", "cv", "hq-cv"), ("bd-main", "", "bd-main"), ("a_1", "", "a_1")],
)
def test_a_stem_is_prefix_and_infix(prefix: str, infix: str, stem: str):
    assert stem_of(prefix, infix) == stem


@pytest.mark.parametrize("prefix", ["", "-", "HQ", "a b", "a.b", "1a", "a--b", "ä"])
def test_a_prefix_that_makes_no_id_is_refused(prefix: str):
    with pytest.raises(LedgerError, match="prefix"):
        stem_of(prefix)


@given(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)), st.integers(-23, 23))  # noqa: DTZ001 - the zone comes second
def test_times_of_any_zone_are_kept_to_the_microsecond(naive: datetime, hours: int):
    at = naive.replace(tzinfo=timezone(timedelta(hours=hours)))

    assert moment(microseconds(at)) == at
