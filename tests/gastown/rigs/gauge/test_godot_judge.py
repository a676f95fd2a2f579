"""What an engine's output says, in the words that Godot 4.6 prints."""

from gastown.rigs.gauge.godot_judge import judge_output
from gastown.rigs.gauge.godot_output import engine_version

BANNER = "Godot Engine v4.6.3.stable.debian4.6.3+ds-2 - https://godotengine.org\n\n"
GOOD = (
    '{"passed":true,"results":[{"name":"test_a","file":"res://tests/test_a.gd","passed":true}]}\n'
)
TESTS = ["tests/test_a.gd", "tests/test_b.gd"]


def error(message, *frames: str):
    first, *more = frames
    trace = "".join(f"              [{n}] {f}\n" for n, f in enumerate(more))
    head = "          GDScript backtrace (most recent call first):\n" if more else ""
    return f"SCRIPT ERROR: {message}\n          at: {first}\n{head}{trace}"


def told(output):
    cases, problems = judge_output(BANNER + output, TESTS)
    return [(c.file, c.name, c.status, c.message) for c in cases], problems


def test_a_good_run():
    assert told(GOOD) == ([("tests/test_a.gd", "test_a", "passed", "")], ())
    assert engine_version(BANNER) == "Godot 4.6.3"
    assert engine_version("") == "Godot of unknown version"


def test_without_a_line_of_results_nothing_is_green():
    for output in ("", '{"passed": true}\n', "{not json\n", "[" * 100_000):
        assert told(output) == ([], ("the runner printed no line of results",))


def test_the_last_line_of_results_counts_and_lines_of_tests_are_no_results():
    assert told('{"passed":false,"results":[]}\n' + GOOD + '{"some":"test\'s"}\n') == told(GOOD)


def test_a_runner_that_failed_without_a_failed_test_is_a_problem():
    cases, problems = told(GOOD.replace('"passed":true,"results"', '"passed":false,"results"'))
    assert cases[0][2] == "passed"
    assert problems == ("the runner says that it failed, yet no test did",)


def test_an_error_in_a_test_makes_it_red_although_the_runner_calls_it_passed():
    message = "Invalid call. Nonexistent function 'snap' in base 'RefCounted (Clock)'."
    frames = ["inner (res://src/clock.gd:5)", "inner (res://src/clock.gd:5)"]
    output = error(message, *frames, "test_a (res://tests/test_a.gd:4)", "_run (res://run.gd:3)")

    assert told(output + GOOD) == ([("tests/test_a.gd", "test_a", "error", message)], ())


def test_a_test_file_that_does_not_compile_is_an_error_whether_or_not_the_runner_tells():
    message = 'Parse Error: Identifier "Grid" not declared in the current scope.'
    output = error(message, "GDScript::reload (res://tests/test_b.gd:3)", "_run (res://run.gd:3)")
    known = GOOD.replace(
        "}]}", '},{"name":"b","file":"tests/test_b.gd","passed":false,"message":"no"}]}'
    )

    assert told(output + GOOD) == (
        [
            ("tests/test_a.gd", "test_a", "passed", ""),
            ("tests/test_b.gd", "test_b.gd", "error", message),
        ],
        (),
    )
    assert told(output + known)[0][1] == ("tests/test_b.gd", "b", "error", f"no\n{message}")


def test_an_error_outside_the_tests_is_a_problem_told_once():
    output = error("Parse Error: x", "GDScript::reload (res://src/a.gd:1)")
    assert told(output + output + GOOD)[1] == ("src/a.gd: Parse Error: x",)


def test_what_a_test_pushes_as_an_error_is_none():
    output = "ERROR: on purpose\n   at: push_error (core/variant/variant_utility.cpp:1024)\n"
    assert told(output + GOOD) == told(GOOD)
