"""Indexing: what git has of a commit, once made and read from then on; never what lies on disk."""

import os
import time

import pytest

from gastown.errors import GasTownError, NotFoundError
from gastown.retrieval.indexing import KEPT, index_of
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


@pytest.mark.parametrize(("apart", "left"), [(100_000, KEPT), (60, KEPT + 3)])
def test_indexes_of_old_commits_are_forgotten_if_nobody_used_them_lately(tmp_path, apart, left):
    repo, count, now = plant(tmp_path / "garden", {"a.py": "a = 0\n"}), KEPT + 3, time.time()
    made: list[str] = []
    for number in range(count):
        (repo.path / "a.py").write_text(f"a = {number + 1}\n")
        repo.commit_all(f"{number}", ANN)
        path = index_of(tmp_path / "cache", repo).path
        made.append(path.name)
        os.utime(path, (now, now - (count - number) * apart))

    assert {path.name for path in (tmp_path / "cache").glob("*.db")} == set(made[-left:])


def test_many_and_large_files_are_read_whole(tmp_path):
    files = {f"many/f{n}.txt": f"word{n}\n" for n in range(900)}
    large = {f"large/f{n}.txt": "x" * (400 * 1024) + f"\nend{n}\n" for n in range(30)}
    index = garden(tmp_path, {**files, **large})

    assert len(index.files()) == 3 + len(files) + len(large)
    assert all((index.text_of(name) or "").endswith(f"end{n}\n") for n, name in enumerate(large))
    assert index.text_of("many/f899.txt") == "word899\n"


def test_a_folder_in_which_no_index_can_be_made_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "gastown.retrieval.indexing._TABLES", "CREATE VIRTUAL TABLE w USING fts99(a)"
    )

    with pytest.raises(GasTownError, match=r"cache: no index can be made there: .*fts99"):
        garden(tmp_path)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_repository_without_a_commit_is_refused(tmp_path):
    Repo(tmp_path).run("init", "--quiet")

    with pytest.raises(NotFoundError, match="commit something first"):
        index_of(tmp_path / "cache", Repo(tmp_path))
