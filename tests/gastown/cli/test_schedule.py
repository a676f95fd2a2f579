"""`town schedule` says what is missing before it asks any server."""

import pytest

SOURCE = '\n[sources.forum]\nkind = "feed"\nurl = "https://forum.example/feed.xml"\n'


@pytest.mark.parametrize("role", ["bug-scout", "oracle"])
def test_a_role_without_a_source_is_not_turned_on(cli, oak, role):
    answer = cli("schedule", "on", role)

    assert answer.code == 2
    assert f"no source for {role}" in answer.err


@pytest.mark.parametrize("tokens", [("list",), ("off", "oracle"), ("on", "oracle")])
def test_a_town_that_is_down_says_how_to_start_it(cli, oak, tokens):
    file = oak / "town.toml"
    file.write_text(file.read_text() + SOURCE)

    answer = cli("schedule", *tokens)

    assert (answer.code, "town up" in answer.err) == (2, True)
