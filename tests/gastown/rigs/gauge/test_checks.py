"""idle_tests: a test that checks nothing is told from one that does, here or through a helper."""

import pytest

from gastown.rigs.gauge.checks import idle_tests

SUITE = "extends GdUnitTestSuite\n"


def idle(body: str, more: str = "", **others: str) -> bool:
    """Whether `test_a`, with this body, is idle."""
    lines = "".join(f"\t{line}\n" for line in body.split("\n"))
    scripts = {"test/a.gd": f"{SUITE}func test_a() -> void:\n{lines}{more}"}
    scripts |= {f"{name}.gd": text for name, text in others.items()}
    found = idle_tests(scripts, ["test/a.gd"], ["helper.gd"])["test/a.gd"]
    return "test_a" in found


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "var clock := Clock.new()\nclock.beats(1)",
        "# assert_int(1).is_equal(1)",
        'print("assert_int(1)")',
        'var s := """\nassert_int(1).is_equal(1)\n"""',
        "assert_bool(Clock.beats(1) == 2)",
        "await assert_signal(clock)",
        "assert_that(\n\tclock.beats(1)\n)",
        "assert_int(1);",
        "assert_failure(func() -> void: assert_bool(true).is_false())",
        "mock.fail(1)",
        "scene.verify(1)",
        "await await_millis(20)",
    ],
)
def test_a_body_without_a_check_is_idle(body):
    assert idle(body)


@pytest.mark.parametrize(
    "body",
    [
        "assert_int(1).is_equal(1)",
        "assert_int(1)\\\n\t.is_equal(1)",
        "assert_that([\n1,\n2]).contains(1)",
        "if true:\n\tassert_str('#').is_equal('#')",
        "await assert_signal(clock).is_emitted('beat')",
        "assert_beats(1)",
        "assert_not_yet_implemented()",
        "fail('not yet')",
        "verify(spy, 1).beat()",
        "verify_no_interactions(spy)",
        "await runner.await_func('beats').is_equal(2)",
        "await await_signal_on(clock, 'beat')",
        "assert(clock.beats(1) == 2)",
        "for n in 3:\n\tvar one := func():\n\t\tassert_int(n).is_positive()\n\tone.call()",
        "var check := assert_int(1)\ncheck.is_equal(1)",
        "GdAsserts.equal(1, 1)",
        "assert_func(clock, 'beats').is_true()",
        "var x := 'it\\'s #1'; assert_str(x).is_not_empty()",
    ],
)
def test_a_body_with_a_check_is_not(body):
    assert not idle(body)


HELPED = "func _same(a, b):\n\t_really(a, b)\nfunc _really(a, b):\n\tassert_int(a).is_equal(b)\n"


def test_a_helper_that_checks_counts_wherever_it_stands():
    helper = "class_name Same\nstatic func same(a, b):\n\tassert(a == b)\n"

    assert not idle("_same(1, 1)", HELPED)
    assert not idle("call('_same', 1, 1)", HELPED)
    assert not idle("Same.same(1, 1)", helper=helper)
    assert idle("_other(1, 1)", HELPED)


def test_an_assert_in_the_code_that_is_tested_is_no_check_of_the_test():
    clock = "class_name Clock\nstatic func beats(s):\n\tassert(s > 0)\n\treturn s * 2\n"
    assert idle("Clock.beats(1)", clock=clock)


def test_what_is_checked_after_each_test_counts_for_all_of_them():
    assert not idle("pass", "func after_test() -> void:\n\tassert_int(1).is_equal(1)\n")
    assert idle("pass", "func after_test() -> void:\n\tpass\n")


def test_arguments_of_a_test_may_stand_on_lines_of_their_own():
    suite = (
        f"{SUITE}func test_a(\n\tn: int,\n\t_test_parameters := [\n\t\t[1],\n\t]\n) -> void:\n"
        "\tassert_int(n).is_positive()\n\nfunc test_b(n: int, _test_parameters := [[1]]):\n\tpass\n"
        "func test_c(): assert_int(1).is_equal(1)\n"
    )
    assert idle_tests({"a.gd": suite}, ["a.gd"]) == {"a.gd": {"test_b"}}


def test_a_suite_that_is_not_there_says_nothing():
    assert idle_tests({}, ["a.gd"]) == {}
