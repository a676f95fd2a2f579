"""`town brief`: yesterday from facts, kept, and sent only where a block is named."""

from datetime import UTC, datetime

import pytest


def test_a_quiet_towns_brief_is_short_and_kept(cli, oak):
    answer = cli("brief", "--json")

    assert answer.code == 0
    assert answer.json["worded"] is False
    assert (oak / "briefs" / f"{answer.json['day']}.md").read_text() == answer.json["text"]
    assert "kept as briefs/" in answer.err


def test_a_brief_that_shall_be_worded_without_a_model_says_why_it_is_not(cli, oak):
    cli("bead", "create", "Snap beats", "--rig", "garden")

    answer = cli("brief", "--worded", "--day", f"{datetime.now(UTC):%Y-%m-%d}")

    assert answer.code == 0
    assert "no seat for the assistant" in answer.err
    assert "1 bead opened" in answer.out


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (("--day", "yesterday"), "give a day, e.g. 2026-01-29"),
        (("--day", "2999-01-01"), "has not begun"),
        (("--send",), "[assistant] notify is empty"),
    ],
)
def test_what_makes_no_sense_is_refused(cli, oak, tokens, said):
    answer = cli("brief", *tokens)

    assert (answer.code, said in answer.err) == (2, True)
    assert not (oak / "briefs").exists()
