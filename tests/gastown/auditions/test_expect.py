"""Rules over an answer's JSON: what holds, what does not, and what is said of it."""

import pytest
from pydantic import ValidationError

from gastown.auditions.expect import Expectation, unmet

REVIEW = {
    "verdict": "rework",
    "findings": [{"file": "a.py", "line": 3}, {"file": "b.py", "line": None}],
}


@pytest.mark.parametrize(
    "rule",
    [
        {"at": "verdict", "equals": "rework"},
        {"at": "findings.*.file", "equals": "b.py"},
        {"at": "findings.*.file", "matches": "^a"},
        {"at": "findings.*.file", "lacks": "secret"},
        {"at": "findings", "at_least": 2},
        {"at": "findings", "at_most": 2},
        {"at": "findings.*.line", "at_least": 3},
        {"at": "findings.1.file", "equals": "b.py"},
    ],
)
def test_what_holds_is_not_told(rule):
    assert unmet([Expectation(**rule)], REVIEW) == ()


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"at": "verdict", "equals": "approve"}, "verdict should be 'approve', and is 'rework'"),
        ({"at": "findings.*.file", "lacks": "b"}, "findings.*.file says 'b'"),
        ({"at": "findings.0.file", "equals": "b.py"}, "findings.0.file should be 'b.py'"),
        ({"at": "findings", "at_most": 1}, "findings should be at most 1"),
        ({"at": "nowhere.at.all", "equals": 1}, "nowhere.at.all should be 1, and is nothing"),
        ({"at": "findings.*.line", "at_least": 4}, "findings.*.line should be at least 4"),
    ],
)
def test_what_does_not_hold_is_told_with_what_is_there(rule, said):
    (told,) = unmet([Expectation(**rule)], REVIEW)
    assert told.startswith(said)


def test_a_number_is_no_truth_value():
    assert unmet([Expectation(at="ok", equals=True)], {"ok": 1})
    assert unmet([Expectation(at="ok", at_least=1)], {"ok": True})


@pytest.mark.parametrize(
    "rule", [{"at": "x"}, {"at": "x", "equals": 1, "at_least": 1}, {"at": "x", "matches": "("}]
)
def test_a_rule_that_says_nothing_two_things_or_nonsense_is_refused(rule):
    with pytest.raises(ValidationError):
        Expectation(**rule)
