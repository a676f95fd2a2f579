"""Which repository, run or pull request a gate means."""

from datetime import UTC, datetime, timedelta

import pytest

from gastown.errors import ConfigError
from gastown.gates.github import Ref, RunRow, awaited, matches, pull_ref, repo_of, run_ref

OPENED = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)


def row(number, begun, ended=None, *, name="CI", branch="main"):
    return RunRow(
        id=number,
        name=name,
        path=f".github/workflows/{name.lower()}.yml",
        branch=branch,
        created=OPENED + timedelta(minutes=begun),
        ended=None if ended is None else OPENED + timedelta(minutes=ended),
    )


@pytest.mark.parametrize(
    ("origin", "repo"),
    [
        ("https://github.com/acme/game.git", "acme/game"),
        ("https://github.com/acme/game", "acme/game"),
        ("git@github.com:acme/game.git", "acme/game"),
        ("ssh://git@github.com/acme/my.game.git", "acme/my.game"),
        ("https://example.org/acme/game.git", ""),
        ("/srv/git/game", ""),
    ],
)
def test_a_rigs_origin_names_its_repository(origin, repo):
    assert repo_of(origin) == repo


@pytest.mark.parametrize(
    ("said", "ref"),
    [
        ("12", Ref("a/b", 12)),
        ("#12", Ref("a/b", 12)),
        ("x/y#12", Ref("x/y", 12)),
        ("https://github.com/x/y/pull/12", Ref("x/y", 12)),
    ],
)
def test_a_pull_request_is_named_in_four_ways(said, ref):
    assert pull_ref(said, "a/b") == ref


@pytest.mark.parametrize(
    ("said", "ref"),
    [
        ("77", Ref("a/b", 77)),
        ("https://github.com/x/y/actions/runs/77", Ref("x/y", 77)),
        ("x/y#77", Ref("x/y", 77)),
        ("release.yml", Ref("a/b", hint="release.yml")),
        ("x/y:Build and test", Ref("x/y", hint="Build and test")),
        ("", Ref("a/b")),
    ],
)
def test_a_run_is_named_by_number_or_by_its_workflow(said, ref):
    assert run_ref(said, "a/b") == ref


def test_without_a_repository_it_is_said_how_to_name_one():
    for refused in (lambda: pull_ref("12", ""), lambda: run_ref("ci.yml", "")):
        with pytest.raises(ConfigError, match="owner/name"):
            refused()
    with pytest.raises(ConfigError, match="no pull request"):
        pull_ref("the last one", "a/b")


@pytest.mark.parametrize("hint", ["ci", "CI", "ci.yml", ".github/workflows/ci.yml", "Ci.yaml"])
def test_a_hint_is_a_workflows_name_or_its_file(hint):
    assert matches(hint, row(1, 0))
    assert not matches(hint, row(1, 0, name="Release"))


def test_the_first_run_since_the_gate_opened_is_meant():
    assert awaited("ci", OPENED, "main", [row(3, 9), row(2, 1), row(1, -1)]) == row(2, 1)


def test_a_run_that_was_under_way_is_meant_where_there_is_none_since():
    assert awaited("ci", OPENED, "main", [row(1, -60, 2), row(2, -90)]) == row(1, -60, 2)


def test_a_run_that_was_long_over_is_not_meant():
    assert awaited("ci", OPENED, "main", [row(1, -20, -10)]) is None
    assert awaited("ci", OPENED, "main", [row(1, -4, -2)]) == row(1, -4, -2)


def test_without_a_hint_only_the_rigs_branch_counts():
    rows = [row(1, 1, branch="feature"), row(2, 2, name="Lint")]

    assert awaited("", OPENED, "main", rows) == rows[1]
