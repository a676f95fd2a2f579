"""Index: what git has of a commit, once made and read from then on; never what lies on disk."""

import os

import pytest

from gastown.errors import NotFoundError
from gastown.retrieval.index import KEPT, index_of
from gastown.rigs.git import Repo
from tests.gastown.retrieval.given import ANN, CLOCK, garden, plant


def test_a_commit_is_read_not_the_folder(tmp_path):
    index = garden(tmp_path)
    (tmp_path / "garden" / "score.py").write_text("changed = True\n")
    (tmp_path / "garden" / "new.py").write_text("untracked = True\n")

    again = index_of(tmp_path / "cache", Repo(tmp_path / "garden"))

    assert again == index
    assert again.files() == ["README.md", "score.py", "src/beat_clock.gd"]
    assert again.text_of("src/beat_clock.gd") == CLOCK
    assert again.text_of("new.py") is None


def test_a_second_question_makes_nothing_anew(tmp_path):
    index = garden(tmp_path)
    before = index.path.stat().st_ino

    assert index_of(tmp_path / "cache", Repo(tmp_path / "garden")).path.stat().st_ino == before
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [index.path.name]


def test_what_is_no_text_of_the_rigs_own_is_left_out_and_counted(tmp_path):
    odd = {
        "picture.png": b"\x89PNG\0\0",
        "latin.txt": b"caf\xe9",
        "uv.lock": "lock",
        "icon.svg": "<svg/>",
        "big.txt": "x" * (512 * 1024 + 1),
        "web/node_modules/a.js": "a",
    }
    folder = tmp_path / "garden"
    plant(folder, {"a.py": "a = 1\n"})
    (folder / "link.py").symlink_to("/etc/passwd")
    index = garden(tmp_path, odd)

    assert index.files() == ["README.md", "a.py", "score.py", "src/beat_clock.gd"]
    assert index.left_out == len(odd) + 1


def test_a_link_out_of_the_rig_is_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("the secret word is marmalade\n")
    folder = tmp_path / "garden"
    folder.mkdir()
    (folder / "notes.md").symlink_to(secret)

    assert not garden(tmp_path).mentions("marmalade")


def test_lines_are_counted_as_an_editor_does(tmp_path):
    index = garden(tmp_path, {"dos.txt": "one\r\ntwo\r\n", "bom.txt": b"\xef\xbb\xbffirst\n"})

    assert index.text_of("dos.txt") == "one\ntwo\n"
    assert index.text_of("bom.txt") == "first\n"


def test_a_damaged_file_is_made_anew(tmp_path):
    index = garden(tmp_path)
    index.path.write_bytes(index.path.read_bytes()[:5000])

    assert index_of(tmp_path / "cache", Repo(tmp_path / "garden")).mentions("PERFECT_MS")


def test_indexes_of_old_commits_are_forgotten(tmp_path):
    repo = plant(tmp_path / "garden", {"a.py": "a = 0\n"})
    for number in range(KEPT + 3):
        (repo.path / "a.py").write_text(f"a = {number + 1}\n")
        repo.commit_all(f"{number}", ANN)
        path = index_of(tmp_path / "cache", repo).path
        os.utime(path, (number, number))

    left = sorted(path.stat().st_mtime for path in (tmp_path / "cache").glob("*.db"))
    assert left == [3.0, 4.0, 5.0, 6.0][-KEPT:]


def test_a_repository_without_a_commit_is_refused(tmp_path):
    Repo(tmp_path).run("init", "--quiet")

    with pytest.raises(NotFoundError, match="commit something first"):
        index_of(tmp_path / "cache", Repo(tmp_path))
