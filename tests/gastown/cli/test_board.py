"""The board fits the terminal, and says at every width where, why, by what and at what cost."""

from io import StringIO
from xml.etree import ElementTree as ET

import pytest
from rich.cells import cell_len
from rich.console import Console

from gastown.cli.board import draw
from gastown.cli.picture import save_picture
from gastown.convoys.board import BeadRow, Board, StageRow
from gastown.stage import Usage

LONG = "tests for 3 beads, each red for the right reason, and a few more words than there is room"
WHYS = ("1 of 2 sandboxes free", "2 of 2 sandboxes free")


def stage(number: int, **fields: object) -> StageRow:
    given = {
        "key": f"work[sk-{number}]",
        "title": f"polecat sk-{number}",
        "role": "polecat",
        "state": "closed",
        "where": "local",
        "because": WHYS[number % 2],
        "model": "rehearsal",
        "usage": Usage(requests=1, input_tokens=12_345, output_tokens=678, micro_usd=9_000),
        "seconds": 12.3,
        "summary": LONG,
        **fields,
    }
    return StageRow.model_validate(given)


def a_board(*stages: StageRow) -> Board:
    commit = "0123456789abcdef"
    bead = BeadRow(id="sk-b91", rig="s", title="Snap " * 30, state="closed", commit=commit)
    stages = stages or (stage(1, round=2), stage(2))
    return Board(convoy="hq-cv-1", title="Go", status="open", stages=stages, beads=(bead,))


def printed(board: Board, width: int) -> str:
    console = Console(file=StringIO(), width=width, color_system=None)
    console.print(*draw(board), sep="\n")
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 100, 110, 120, 130, 140, 200])
def test_at_every_width_nothing_that_is_asked_for_is_missing_or_broken(width):
    text = printed(a_board(), width)

    assert all(cell_len(line) <= width for line in text.splitlines())
    for whole in (
        *("✓", "polecat sk-1 · round 2", "local", *WHYS, "rehearsal", "12,345 → 678"),
        *("$0.0090", "12.3", "tests for 3 beads", "sk-b91", "0123456789"),
    ):
        assert whole in text, whole


def test_with_room_where_and_model_have_columns_and_without_they_are_said_once():
    wide, lean, narrow = (printed(a_board(), width) for width in (200, 130, 80))

    assert wide.count("rehearsal") == wide.count("local") == 2
    for text in (lean, narrow):
        assert text.count("rehearsal") == text.count("local") == 1
        assert "where: local · model: rehearsal" in " ".join(text.split())
    assert "why" in lean.splitlines()[1]
    assert "why" not in narrow


def test_what_differs_is_said_in_every_row_also_where_it_is_narrow():
    text = printed(a_board(stage(1), stage(2, where="cloud", model="qwen")), 80)

    assert "local: 2 of 2 sandboxes free" in text
    assert "cloud: 1 of 2" in text
    assert text.count("rehearsal") == text.count("qwen") == 1


def test_what_a_stage_did_takes_two_lines_and_a_failure_six():
    done = printed(a_board(stage(1, summary="word " * 90)), 80)
    failed = printed(a_board(stage(1, state="failed", summary="word " * 90)), 80)

    assert sum("word" in line for line in done.splitlines()) == 2
    assert sum("word" in line for line in failed.splitlines()) == 6
    assert "…" in done
    assert "✗" in failed


def test_before_anything_started_the_board_says_so():
    board = Board(convoy="hq-cv-1", title="Go", status="open", stages=(), beads=())

    assert "no stage has started yet" in printed(board, 80)


def test_the_picture_is_one_small_file_that_asks_nothing_of_a_network(tmp_path):
    path = tmp_path / "board.svg"

    save_picture(a_board(stage(1, summary="a < b & [bold]c[/bold]")), path, "All is real.")

    text = path.read_text()
    ET.fromstring(text)  # noqa: S314 - our own file
    assert "url(" not in text.replace("url(#", "")
    assert "All&#160;is&#160;real." in text or "All is real." in text
    assert "[bold]c[/bold]" in text.replace("&#160;", " ")


def test_the_picture_of_a_convoy_is_saved_by_the_command(cli, oak, tmp_path):
    bead = cli("bead", "create", "Dig", "-r", "garden", "--json").json["id"]
    convoy = cli("convoy", "create", "Spring", bead, "--json").json["id"]

    answer = cli("convoy", "show", convoy, "--svg", str(tmp_path / "b.svg"))

    assert answer.code == 0
    assert "Spring" in (tmp_path / "b.svg").read_text()
    assert cli("convoy", "show", convoy, "--svg", str(tmp_path)).code == 2
