"""Globs mean whole paths, with `**` for any depth."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.agents.globs import matches

MEANT = [
    ("tests/a.py", "tests/**"),
    ("tests/deep/er/a.py", "tests/**"),
    ("README.md", "README.md"),
    ("README.md", "**/*.md"),
    ("docs/a/b.md", "**/*.md"),
    ("docs/a/b.md", "docs/"),
    ("a/tests/b/c", "**/tests/**"),
    ("tests/c", "**/tests/**"),
    ("a/b", "a/**/b"),
    ("a/x/y/b", "a/**/b"),
    ("src/a.py", "./src/?.py"),
    ("odd[1].py", "odd[1].py"),
    ("anything/at/all", "**"),
]
NOT_MEANT = [
    ("tests", "tests/**"),
    ("mytests/a.py", "tests/**"),
    ("src/tests/a.py", "tests/**"),
    ("docs/README.md", "README.md"),
    ("README.md.bak", "README.md"),
    ("src/a/b.py", "src/*.py"),
    ("src/ab.py", "src/?.py"),
    ("odd1.py", "odd[1].py"),
    ("a/b/c", "a/**/b"),
]


@pytest.mark.parametrize(("path", "pattern"), MEANT)
def test_meant(path: str, pattern: str):
    assert matches(path, [pattern])


@pytest.mark.parametrize(("path", "pattern"), NOT_MEANT)
def test_not_meant(path: str, pattern: str):
    assert not matches(path, [pattern])


def test_no_pattern_means_nothing():
    assert not matches("a", [])


def test_any_of_several_patterns_is_enough():
    assert matches("docs/a.md", ["README.md", "docs/**"])


parts = st.lists(st.sampled_from(["a", "b", "tests", "x.py", "[", "new\nline"]), min_size=1)


@settings(max_examples=60)
@given(parts)
def test_a_path_without_wildcards_means_itself_and_everything_above_means_it(names: list[str]):
    path = "/".join(names)

    assert matches(path, [path])
    assert matches(path, ["**"])
    assert all(matches(path, ["/".join(names[:at]) + "/**"]) for at in range(1, len(names)))


def test_a_pattern_of_many_wildcards_takes_no_time():
    """A model writes some patterns: none may hang the harness."""
    start = time.monotonic()

    assert not matches("/".join("a" * 60), ["/".join(["**", "a"] * 25) + "/b"])
    assert not matches("a" * 200, ["*a" * 40 + "b"])
    assert time.monotonic() - start < 1
