"""The Test Anything Protocol."""

import pytest

from gastown.rigs.gauge.tap import parse_tap

NESTED = """TAP version 13
# Subtest: beat
    ok 1 - two beats
    not ok 2 - three beats
      ---
      error: '2 == 3'
      ...
    1..2
not ok 1 - beat
# Subtest: grid
    ok 1 - snaps
    1..1
ok 2 - grid
ok 3 - later # SKIP not yet
1..3
"""


def test_the_innermost_results_are_the_cases():
    found = parse_tap(NESTED)

    assert [(case.name, case.status) for case in found.cases] == [
        ("two beats", "passed"),
        ("three beats", "failed"),
        ("beat", "failed"),
        ("snaps", "passed"),
        ("later", "skipped"),
    ]
    assert "2 == 3" in found.cases[1].message
    assert not found.problems


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1..3\nok 1\nok 2\n", "the plan names 3 tests, 2 are told"),
        ("ok 1 - a\n", "the plan names 0 tests, 1 are told"),
        ("1..1\nok 1\nBail out! no disk\n", "the tests were broken off: no disk"),
    ],
)
def test_what_was_not_told_whole_is_a_problem(text, problem):
    assert parse_tap(text).problems == (problem,)


def test_text_that_is_no_tap_has_neither_cases_nor_problems():
    assert parse_tap("all good\nokay\n") == ((), ())
