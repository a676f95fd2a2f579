"""A board's rows as texts: one place decides what a page says."""

import pytest

from gastown.convoys.board import BeadRow, Board, StageRow
from gastown.convoys.cells import bead_cells, markdown, stage_cells, total, usd
from gastown.stage import Usage


def stage(**fields: object) -> StageRow:
    given = {"key": "k", "title": "polecat sk-1", "role": "polecat", "state": "closed", **fields}
    return StageRow.model_validate(given)


@pytest.mark.parametrize(
    ("state", "summary", "mark", "did"),
    [
        ("closed", "5 passed", "✓", "5 passed"),
        ("sent back", "sent back: no types", "↩", "sent back: no types"),
        ("failed", "3 tests are red", "✗", "failed: 3 tests are red"),
        ("running", "", "▶", "running"),
        ("open", "", "·", "waiting"),
        ("deferred", "", "·", "deferred"),
    ],
)
def test_the_mark_says_the_state_and_words_say_what_a_mark_cannot(state, summary, mark, did):
    cells = stage_cells(stage(state=state, summary=summary))

    assert (cells.mark, cells.did) == (mark, did)


def test_a_stage_says_where_why_and_what_it_cost():
    usage = Usage(requests=2, input_tokens=5424, output_tokens=801, micro_usd=1234)
    cells = stage_cells(
        stage(
            round=2, where="local", because="1 of 2 free", model="qwen", usage=usage, seconds=2.04
        )
    )

    assert cells.stage == "polecat sk-1 · round 2"
    assert cells.place == "local: 1 of 2 free"
    assert (cells.tokens, cells.cost, cells.seconds) == ("5,424 → 801", "$0.0012", "2.0")


def test_a_stage_says_which_agent_of_others_did_it():
    assert stage_cells(stage(model="kimi", agent="aider")).model == "aider on kimi"
    assert stage_cells(stage(model="kimi")).model == "kimi"


def test_a_stage_without_a_model_shows_no_tokens():
    cells = stage_cells(stage())

    assert (cells.place, cells.tokens, cells.cost, cells.seconds) == ("", "", "", "")
    assert usd(0) == "$0"


def test_a_bead_shows_its_commit_or_how_far_it_is():
    merged = BeadRow(id="sk-1", rig="s", title="Snap", state="closed", commit="0123456789abcdef")
    under_way = BeadRow(id="sk-2", rig="s", title="Glow", state="in_progress")

    assert bead_cells(merged) == ("✓", "sk-1", "Snap", "0123456789", "1")
    assert bead_cells(under_way).commit == "running"


def test_the_artifact_holds_every_cell_and_no_text_breaks_its_table():
    row = stage(summary="a | b\nc", usage=Usage(requests=3, micro_usd=2_000_000), seconds=4)
    bead = BeadRow(id="sk-1", rig="s", title="Snap", state="closed")
    board = Board(convoy="hq-cv-1", title="Go", status="open", stages=(row,), beads=(bead,))

    text = markdown(board)

    assert text.startswith("# Go (hq-cv-1): 1 of 1 steps")
    assert "| ✓ | polecat sk-1 |" in text
    assert "| a \\| b c |" in text
    assert f"Total: {total(board)}" in text
    assert total(board) == "3 requests, 0 → 0 tokens, $2.0000, 4 s of stages"
    assert "| ✓ | sk-1 | Snap | closed | 1 |" in text
