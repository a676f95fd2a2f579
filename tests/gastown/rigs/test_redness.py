"""Which red tests show that work is missing, and which are only broken."""

import pytest

from gastown.rigs.redness import judge_redness, names_in
from gastown.rigs.report import TestCase, TestReport

NEW = "tests/test_new.py"
OLD = TestCase(name="test_old", file="tests/test_old.py", status="passed")
NAMES = frozenset({"combo_bonus", "score", "combo", "beat_grid", "HitWindow", "streak"})


def case(message="", status="failed", name="test_x", file=NEW):
    return TestCase.model_validate(
        {"name": name, "file": file, "status": status, "message": message}
    )


def report(*cases: TestCase, problems=()):
    return TestReport(runner="r", cases=(OLD, *cases), problems=tuple(problems))


def judge(*cases: TestCase, before=None, problems=(), files=(NEW,)):
    after = report(*cases, problems=problems)
    return judge_redness(before or report(), after, files, NAMES)


@pytest.mark.parametrize(
    "message",
    [
        "AssertionError: x\ntests/test_new.py:3: in test_x\nE   AssertionError: x\nE   assert 1",
        "assert 1 == 2\nE   assert 1 == 2",
        "Failed: DID NOT RAISE ValueError\nE   Failed: DID NOT RAISE ValueError",
        "NotImplementedError\nE   NotImplementedError",
        "got 1, expected 2",
        "2 == 3\nAssertionError [ERR_ASSERTION]: 2 == 3\n    at x (b.js:1:2)",
        "thread 'a' panicked at tests/a.rs:1:9:\nassertion `left == right` failed\n  left: 1",
    ],
)
def test_a_failed_check_is_red_for_the_right_reason(message):
    redness = judge(case(message))

    assert redness.red
    assert redness.right
    assert redness.reasons[0].startswith("tests/test_new.py: test_x fails: ")
    assert [c.name for c in redness.cases] == ["test_x"]


MISSING = [
    "E   ImportError: cannot import name '{}' from 'pkg' (/a/b.py)",
    "E   ModuleNotFoundError: No module named 'scorekeeper.{}'",
    "E   AttributeError: module 'score' has no attribute '{}'",
    "E   AttributeError: 'Card' object has no attribute '{}'. Did you mean: 'x'?",
    "E   NameError: name '{}' is not defined",
    "E   TypeError: total() got an unexpected keyword argument '{}'",
    "E   TypeError: {}() takes 1 positional argument but 2 were given",
    "E   KeyError: '{}'",
    'Parse Error: Identifier "{}" not declared in the current scope. (tests/test_a.gd:3)',
    "Compile Error: Identifier not found: {}",
    'Parse Error: Could not find type "{}" in the current scope. (tests/test_a.gd:3)',
    'Parse Error: Function "{}()" not found in base self. (tests/test_a.gd:3)',
    'Parse Error: Static function "{}()" not found in base "AeroBeatClock".',
    'Parse Error: Cannot find member "{}" in base "AeroBeatClock".',
    'Parse Error: Preload file "res://src/{}.gd" does not exist.',
    'Parse Error: Could not resolve super class path "res://src/{}.gd".',
    "checked nothing\nInvalid call. Nonexistent function '{}' in base 'RefCounted (A)'.",
    "Invalid access to property or key '{}' on a base object of type 'RefCounted (A)'.",
    "missing name {}: no .gd file of this rig defines it",
    "beat.{0} is not a function\nTypeError: beat.{0} is not a function\n    at a (b.js:1:2)",
    "TypeError: (intermediate value).{} is not a function",
    "TypeError: (0 , {}) is not a function",
    "TypeError: (0 , beat_1.{}) is not a function",
    "TypeError: beat.{} is not a constructor",
    "ReferenceError: {} is not defined",
    "test failed\nSyntaxError: The requested module 'b' does not provide an export named '{}'",
    "test failed\nError [ERR_MODULE_NOT_FOUND]: Cannot find module '/a/{}.js' imported from /t.js",
    "Error: Cannot find module '../src/{}.cjs'\nRequire stack:",
    "error: unresolved import `beat::{}`",
    "error: cannot find function `{}` in crate `beat`",
    "error: cannot find `{}` in `beat`",
    "error: no method named `{}` found for struct `Clock` in the current scope",
    "error: no function or associated item named `{}` found for struct `Clock`",
    "error: no field `{}` on type `Clock`",
    "error: struct `Clock` has no field named `{}`",
]


@pytest.mark.parametrize("message", MISSING)
def test_a_name_that_the_bead_adds_may_be_missing(message):
    redness = judge(case(message.format("combo_bonus"), "error"))

    assert (redness.red, redness.right) == (True, True)
    assert len(redness.reasons) == 1
    assert redness.reasons[0].startswith("tests/test_new.py: test_x waits for combo_bonus")


@pytest.mark.parametrize("message", MISSING)
def test_a_name_that_the_bead_does_not_add_may_not_be_missing(message):
    redness = judge(case(message.format("nonsense"), "error"))

    assert (redness.red, redness.right) == (True, False)
    assert "nonsense" in redness.reasons[0]
    assert "combo_bonus" in redness.reasons[0]  # what may be used instead


def test_every_missing_name_of_a_script_must_be_the_beads():
    both = 'Identifier "HitWindow" not declared\nIdentifier "Nonsense" not declared'
    assert not judge(case(both, "error")).right
    assert judge(case(both.replace("Nonsense", "combo"), "error")).right


def test_only_the_exception_that_ended_a_test_counts():
    chained = (
        "E   KeyError: 'nonsense'\n\nDuring handling of the above exception:\n"
        "E   AttributeError: module 'score' has no attribute 'combo_bonus'"
    )
    assert judge(case(chained)).right


def test_a_failed_check_counts_although_something_was_raised_on_the_way():
    chained = "E   KeyError: 'nonsense'\n\nDuring handling of the above:\nE   assert 1 == 2"
    assert judge(case(chained)).right


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ("collection failure\nE     File 'x'\nE   SyntaxError: invalid syntax", "does not compile"),
        ("Parse Error: Expected parameter name. (tests/test_a.gd:2)", "does not compile"),
        ("does not parse: line 3: unexpected token", "does not compile"),
        ("failed on setup with \"E fixture 'nope' not found", "breaks before it starts"),
        ('failed on setup with "RuntimeError: x"\nE   RuntimeError: x', "breaks before it starts"),
        ("ZeroDivisionError: x\nE   ZeroDivisionError: x", "crashes before it checks anything"),
        ("checked nothing", "checks nothing"),
        ("test failed\nSyntaxError: Unexpected end of input\n    at x", "does not compile"),
        ("x\nRangeError: x\n    at x", "crashes before it checks anything"),
        ("error: this file contains an unclosed delimiter", "does not compile"),
        ("error: cannot find type `combo` in crate `b`\nerror: expected `;`", "does not compile"),
    ],
)
def test_a_broken_test_is_red_for_the_wrong_reason(message, why):
    redness = judge(case("E   AssertionError: x", name="test_good"), case(message, "error"))

    assert (redness.red, redness.right) == (True, False)
    assert len(redness.reasons) == 1
    assert redness.reasons[0].startswith("tests/test_new.py: test_x")
    assert why in redness.reasons[0]


def test_tests_that_pass_already_show_nothing():
    redness = judge(case(status="passed"))

    assert (redness.red, redness.right) == (False, False)
    assert "passes already" in redness.reasons[0]


def test_tests_that_did_not_run_show_nothing():
    redness = judge()

    assert (redness.red, redness.right) == (False, False)
    assert "no test of tests/test_new.py ran" in redness.reasons[0]


def test_tests_added_to_a_file_that_was_stopped_already_show_nothing():
    stop = case("E   ImportError: cannot import name 'other'", "error")

    redness = judge(stop, before=report(stop))
    assert not redness.right
    assert "in a file of their own" in redness.reasons[0]


def test_a_green_test_beside_a_red_one_is_welcome():
    assert judge(case(status="passed", name="test_guard"), case("assert 1 == 2")).right


def test_an_old_test_that_breaks_is_wrong():
    broken = OLD.model_copy(update={"status": "failed", "message": "assert 0"})
    after = TestReport(runner="r", cases=(broken, case("assert 1 == 2")))

    redness = judge_redness(report(), after, [NEW], NAMES)
    assert (redness.red, redness.right) == (True, False)
    assert "test_old passed before" in redness.reasons[0]


@pytest.mark.parametrize(("status", "why"), [(None, "is gone"), ("skipped", "is skipped now")])
def test_an_old_test_may_neither_vanish_nor_be_skipped(status, why):
    mine = case(status="passed", name="test_mine")
    left = [case(status=status, name="test_mine")] if status else []

    redness = judge(case("assert 1 == 2"), *left, before=report(mine))
    assert not redness.right
    assert why in redness.reasons[0]


def test_a_file_that_stops_at_a_name_of_the_bead_hides_its_old_tests_rightly():
    mine = case(status="passed", name="test_mine")
    stop = case("E   ImportError: cannot import name 'combo_bonus'", "error", name="tests.test_new")

    assert judge(stop, before=report(mine)).right


def test_what_was_red_before_is_not_held_against_the_new_tests():
    waiting = case("E   NameError: name 'other' is not defined", "error", file="tests/test_a.py")
    new = case("assert 1 == 2")

    redness = judge(waiting, new, before=report(waiting))
    assert redness.right
    assert redness.cases == (new,)


def test_a_problem_of_the_run_is_wrong_unless_it_was_there_before():
    new, problem = case("assert 1 == 2"), "stopped after 1 s"

    assert judge(new, problems=[problem]).reasons == (problem,)
    assert judge(new, problems=[problem], before=report(problems=[problem])).right


def test_a_bead_names_things_in_backticks():
    assert names_in(
        "Add `combo_bonus` and `score.total(streak)` to `scorekeeper/combo.py`, see HitWindow.",
        "The class `HitWindow`:\n```python\ndef grade(hits): return None\n```\n",
    ) == frozenset(
        {"combo_bonus", "score", "total", "streak", "scorekeeper", "combo", "HitWindow"}
        | {"python", "grade", "hits"}
    )
    assert names_in("no code, it's ` unclosed (see below)") == frozenset()


def test_what_is_plainly_no_prose_names_code_without_backticks():
    said = "Add combo_bonus(streak) to scorekeeper/combo.py, used by HitWindow. Tests (all) pass."

    assert names_in(said) == {"combo_bonus", "streak", "scorekeeper", "combo", "HitWindow"}
