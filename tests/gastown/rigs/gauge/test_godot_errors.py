"""A framework's verdicts beside the engine's own words."""

from gastown.rigs.gauge.godot_errors import judge_cases
from gastown.rigs.gauge.junit import Junit
from gastown.rigs.report import TestCase

FILE = ".testbed/tests/test_a.gd"
OUTPUT = """SCRIPT ERROR: Cannot call method 'call' on a null value.
          at: _helper (res://tests/test_a.gd:13)
          GDScript backtrace (most recent call first):
              [0] _helper (res://tests/test_a.gd:13)
              [1] test_one (res://tests/test_a.gd:9)
              [2] _case (res://addons/gut/gut.gd:51)
SCRIPT ERROR: Out of bounds get index '3'.
          at: before_all (res://tests/test_a.gd:4)
SCRIPT ERROR: Parse Error: Expected ")".
          at: GDScript::reload (res://tests/test_b.gd:2)
SCRIPT ERROR: Invalid call.
          at: ready (res://addons/other/plugin.gd:4)
"""


def judge(*, settled):
    case = TestCase(name="Inner::test_one", file=FILE, status="passed", assertions=1)
    return judge_cases(
        Junit((case,), ("known",)),
        OUTPUT,
        [FILE, ".testbed/tests/test_b.gd"],
        place=lambda path: f".testbed/{path}",
        settled=settled,
    )


def test_an_error_belongs_to_the_test_it_was_raised_under_whichever_function_raised_it():
    told = judge(settled=False)

    assert [(c.name, c.status) for c in told.cases if c.file == FILE] == [
        ("Inner::test_one", "error"),
        ("before_all", "error"),
    ]
    assert told.cases[0].message == "Cannot call method 'call' on a null value."


def test_a_framework_that_judges_errors_itself_is_believed_within_its_tests_only():
    told = judge(settled=True)

    assert [(c.name, c.status) for c in told.cases if c.file == FILE] == [
        ("Inner::test_one", "passed"),
        ("before_all", "error"),
    ]


def test_a_file_that_did_not_compile_is_an_error_and_what_no_test_had_a_part_in_is_a_problem():
    told = judge(settled=True)

    assert [(c.name, c.status) for c in told.cases[2:]] == [("test_b.gd", "error")]
    assert told.problems == ("known", ".testbed/addons/other/plugin.gd: Invalid call.")
