"""A pack never outgrows its room, and says what it left out."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gastown.agents.pack import pack_files
from gastown.agents.paths import Fence


def test_a_file_that_does_not_fit_is_left_out_whole_but_named(tmp_path: Path):
    (tmp_path / "big.py").write_text("x = 1\n" * 500)
    (tmp_path / "small.py").write_text("y = 2\n")

    pack = pack_files(Fence(tmp_path), (), 1000)

    assert "y = 2" in pack.text
    assert "x = 1" not in pack.text
    assert "big.py" in pack.text


def test_the_head_of_a_focus_file_is_shown_and_said_to_be_a_head(tmp_path: Path):
    (tmp_path / "big.py").write_text("x = 1\n" * 500)

    pack = pack_files(Fence(tmp_path), ("big.py",), 1500)

    assert "big.py, lines 1 to" in pack.text
    assert "of 501" in pack.text


def test_a_file_with_fences_is_fenced_by_a_longer_one(tmp_path: Path):
    (tmp_path / "README.md").write_text("```sh\nmake\n```\n")

    assert "````\n```sh\nmake\n```\n````" in pack_files(Fence(tmp_path), (), 2000).text


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(room=st.integers(200, 6000))
def test_a_pack_fits_its_room(tmp_path: Path, room: int):
    for number, size in enumerate([10, 200, 900, 3000, 9000]):
        (tmp_path / f"file{number}.py").write_text("a line of code\n" * (size // 15))

    pack = pack_files(Fence(tmp_path), ("file3.py", "file4.py"), room)

    assert len(pack.text) <= room
