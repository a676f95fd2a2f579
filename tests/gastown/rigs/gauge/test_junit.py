"""Reading reports that anybody may have written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.rigs.gauge.junit import MAX_BYTES, parse_junit

GUT = """<?xml version="1.0"?><testsuites name="GutTests" failures="1" tests="2">
<testsuite name="res://tests/test_clock.gd" tests="2" failures="1" skipped="0" time="0.1">
<testcase name="test_beats" assertions="1" status="pass" time="0.01"></testcase>
<testcase name="test_zero" assertions="1" status="fail" time="x">
<failure message="failed">expected 1</failure></testcase></testsuite></testsuites>"""


def test_a_suite_that_is_named_after_its_file_names_its_cases_file():
    cases, problems = parse_junit(GUT.encode())

    assert problems == ()
    assert [(c.file, c.name, c.status, c.message, c.seconds) for c in cases] == [
        ("tests/test_clock.gd", "test_beats", "passed", "", 0.01),
        ("tests/test_clock.gd", "test_zero", "failed", "failed\nexpected 1", 0.0),
    ]


def test_nested_suites_an_error_outranks_a_failure_and_the_class_is_kept():
    cases, _ = parse_junit(
        b'<testsuite file="a.js"><testsuite><testcase classname="Card" name="t"><failure/>'
        b"<error>boom</error></testcase></testsuite></testsuite>"
    )

    assert [(c.file, c.name, c.status, c.message) for c in cases] == [
        ("a.js", "Card::t", "error", "boom")
    ]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no element found"),
        (b"<testsuite><testcase>", "no element found"),
        (b"<html/>", "its root is <html>"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><testsuite>&a;</testsuite>', "declares a document type"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><testsuite/>'.encode("utf-16"), "declares a document type"),
        (b'<testsuite name="&unknown;"/>', "undefined entity"),
        (b"x" * (MAX_BYTES + 1), "larger than 32 MiB"),
    ],
)
def test_what_is_no_report_is_a_problem(data, why):
    cases, problems = parse_junit(data)

    assert cases == ()
    assert why in problems[0]


@settings(max_examples=100)
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: f"<testsuite>{t}".encode()))
def test_no_bytes_make_it_raise(data):
    cases, problems = parse_junit(data)
    assert cases == () or problems == ()


def test_deep_nesting_does_not_exhaust_the_stack():
    deep = 100_000
    _, problems = parse_junit(b"<testsuite>" * deep + b"</testsuite>" * deep)
    assert "nested" in problems[0]
