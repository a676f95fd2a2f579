"""The score is the documented formula, and more findings never look healthier."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.rigs.scan.finding import SEVERITIES, ScannerRun, Severity
from gastown.security.health import health, score_of, sparkline
from tests.gastown.security.given import accepted, after, finding, scanned

RULES = st.sampled_from(("one", "two"))
SOME = st.lists(st.tuples(st.sampled_from(SEVERITIES), RULES), max_size=40)


@pytest.mark.parametrize(
    ("severities", "score"),
    [
        ([], 100), (["low"], 98), (["medium"], 94), (["high"], 83), (["critical"], 66),
        (["high"] * 10, 33), (["critical"] * 100, 1), (["low"] * 100, 87), (["medium"] * 3, 89),
    ],
)  # fmt: skip
def test_the_score_is_that_of_the_formula(severities: list[Severity], score: int):
    found: list[tuple[Severity, str]] = [(severity, "rule") for severity in severities]

    assert score_of(found) == score


def test_a_second_rule_costs_more_than_the_first_one_again():
    same: list[tuple[Severity, str]] = [("low", "one")] * 3

    assert score_of([("low", "one"), ("low", "two"), ("low", "three")]) < score_of(same)


@settings(max_examples=60)
@given(SOME, st.tuples(st.sampled_from(SEVERITIES), RULES))
def test_one_more_finding_never_raises_the_score(severities, more):
    assert 0 <= score_of([*severities, more]) <= score_of(severities) <= 100


@settings(max_examples=60)
@given(SOME)
def test_a_worse_finding_of_a_new_rule_never_raises_it_either(found):
    for better, worse in zip(SEVERITIES[1:], SEVERITIES[:-1], strict=True):
        assert score_of([*found, (worse, "new")]) <= score_of([*found, (better, "new")])


def test_what_a_person_accepted_and_what_is_fixed_cost_nothing():
    one, other = finding("a"), finding("b")

    assert str(health(after(scanned(one), words=(accepted(one),)))) == "100"
    assert str(health(after(scanned(one, other), scanned()))) == "100"


def test_without_every_scanner_the_score_is_an_upper_bound():
    away = ScannerRun(name="bandit", ran=False, why_not="stopped")

    assert str(health(after(scanned(finding(), ran=(away,))))) == "at most 83"


def test_a_sparkline_has_one_character_a_score():
    assert sparkline([0, 50, 100]) == "▁▄█"
    assert sparkline([]) == ""
