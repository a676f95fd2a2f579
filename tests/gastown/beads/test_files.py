"""Files that are whole at every moment."""

from pathlib import Path

import pytest

from gastown.beads.files import write_whole
from gastown.errors import LedgerError


def test_content_is_replaced_and_nothing_else_is_left(tmp_path: Path):
    path = tmp_path / "new" / "file"
    write_whole(path, "one")
    write_whole(path, "two ä\ud800".replace("\ud800", ""))

    assert path.read_text() == "two ä"
    assert list(path.parent.iterdir()) == [path]


def test_the_mode_of_the_file_stays(tmp_path: Path):
    path = tmp_path / "file"
    path.write_text("")
    path.chmod(0o600)
    write_whole(path, "x")

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(tmp_path: Path):
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)
    write_whole(link, "new")

    assert link.is_symlink()
    assert target.read_text() == "new"


def test_what_cannot_be_written_leaves_everything_as_it_was(tmp_path: Path):
    folder = tmp_path / "folder"
    (folder / "inside").mkdir(parents=True)

    with pytest.raises(LedgerError, match=r"folder: cannot be written"):
        write_whole(folder, "x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="cannot be written"):
        write_whole(tmp_path / "file" / "below", "x")
