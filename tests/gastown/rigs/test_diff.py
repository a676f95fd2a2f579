"""Diffs as values: what git reports, line by line, and what a model gets to see of it."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.rigs.clone import init
from gastown.rigs.diff import changed_lines, clip_patch, diff, diff_text, split_patch
from gastown.rigs.git import Repo
from tests.gastown.rigs.given import POLECAT, write


@pytest.fixture
def repo(tmp_path):
    init(tmp_path)
    write(tmp_path, {"a.py": "one\ntwo\nthree\n", "gone.py": "x\n", "run.sh": "#!\n"})
    repo = Repo(tmp_path)
    repo.commit_all("Start", POLECAT)
    return repo


def test_added_lines_have_their_numbers(repo):
    write(repo.path, {"a.py": "zero\none\ntwo and a half\nthree\nfour\n"})
    repo.commit_all("Change", POLECAT)

    (change,) = diff(repo.path, "HEAD^", "HEAD")

    assert change.added == ((1, "zero"), (3, "two and a half"), (5, "four"))
    assert change.removed == ((2, "two"),)
    assert changed_lines([change]) == {"a.py": {1, 3, 5}}


def test_without_a_tip_the_working_tree_counts(repo):
    write(repo.path, {"new file é.py": "n\n"})
    (repo.path / "gone.py").unlink()

    changes = diff(repo.path, "HEAD")

    assert [(c.path, c.status) for c in changes] == [
        ("gone.py", "deleted"), ("new file é.py", "added"),
    ]  # fmt: skip
    assert changed_lines(changes) == {"new file é.py": {1}}


def test_a_rename_is_a_deletion_and_an_addition(repo):
    (repo.path / "a.py").rename(repo.path / "b.py")

    assert [(c.path, c.status) for c in diff(repo.path, "HEAD")] == [
        ("a.py", "deleted"), ("b.py", "added"),
    ]  # fmt: skip


def test_links_modes_and_binaries_are_told_apart(repo):
    (repo.path / "a.py").unlink()
    (repo.path / "a.py").symlink_to("/etc/passwd")
    (repo.path / "run.sh").chmod(0o755)
    (repo.path / "z.png").write_bytes(b"\0\1\2")
    (repo.path / "gone.py").write_text("after all\n")

    changes = {c.path: c for c in diff(repo.path, "HEAD")}

    assert changes["a.py"].new_mode == "120000"
    assert (changes["run.sh"].old_mode, changes["run.sh"].new_mode) == ("100644", "100755")
    assert changes["z.png"].binary
    assert changes["gone.py"].added == ((1, "after all"),)


@pytest.mark.parametrize("rule", ["* -diff", "* binary", "* diff=shown"])
@pytest.mark.parametrize("place", [".gitattributes", "deep/.gitattributes"])
def test_no_attribute_hides_a_change(repo, place, rule):
    write(repo.path, {place: f"{rule}\n", "deep/a.py": "old\n"})
    repo.commit_all("Attributes that stand there already", POLECAT)
    repo.run("config", "diff.shown.textconv", "true")
    repo.run("config", "diff.shown.command", "true")
    write(repo.path, {"deep/a.py": "new\n"})

    (unsaved,) = diff(repo.path, "HEAD")
    repo.commit_all("Change", POLECAT)
    (saved,) = diff(repo.path, "HEAD^", "HEAD")

    assert unsaved == saved
    assert (saved.added, saved.binary) == (((1, "new"),), False)
    assert "-old\n+new\n" in diff_text(repo.path, "HEAD^", "HEAD")


def test_in_a_linked_worktree_no_attribute_hides_a_change(repo, tmp_path):
    write(repo.path, {".gitattributes": "* -diff\n"})
    repo.commit_all("Attributes", POLECAT)
    linked = tmp_path / "linked"
    repo.run("worktree", "add", "--quiet", "--detach", str(linked))
    write(linked, {"a.py": "new\n", "z.bin": "\0"})

    text, binary = diff(linked, "HEAD")

    assert text.added == ((1, "new"),)
    assert binary.binary


def test_content_that_looks_like_a_diff_is_content(repo):
    lines = ("diff --git a/x b/x", "@@ -1 +1 @@", "--- a/x", "+++ b/x", "-gone", "+there")
    write(repo.path, {"trap.txt": "\n".join(lines) + "\n", "z.txt": "end\n"})

    trap, end = diff(repo.path, "HEAD")

    assert tuple(text for _, text in trap.added) == lines
    assert end.added == ((1, "end"),)


LINES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\n\0"), max_size=6))


@settings(max_examples=25, deadline=None)
@given(old=LINES, new=LINES)
def test_the_old_lines_less_the_removed_plus_the_added_are_the_new_ones(old, new):
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo(init(Path(folder)))
        place = repo.path / "f.txt"
        place.write_bytes(("\n".join(["keep", *old, ""])).encode())
        repo.commit_all("Old", POLECAT)
        place.write_bytes(("\n".join(["keep", *new, ""])).encode())
        changes = diff(repo.path, "HEAD")

    if not changes:
        assert old == new
        return
    left = ["keep", *old]
    for number, text in reversed(changes[0].removed):
        assert left.pop(number - 1) == text
    for number, text in changes[0].added:
        left.insert(number - 1, text)
    assert left == ["keep", *new]


def test_text_for_a_model_has_context_and_is_whole_when_it_fits(repo):
    write(repo.path, {"a.py": "one\nTWO\nthree\n"})

    text = diff_text(repo.path, "HEAD")

    assert "-two\n+TWO\n three" in text


def test_a_model_is_told_which_files_it_does_not_see(repo):
    write(repo.path, {f"f{n}.txt": f"{n}\n" * 300 for n in range(5)})

    text = diff_text(repo.path, "HEAD", chars=2_000)

    assert len(text) <= 2_000
    assert len(split_patch(text)) == 1
    assert text.endswith("not shown in full: f1.txt, f2.txt, f3.txt, f4.txt")


@given(st.lists(st.integers(1, 900), max_size=8), st.integers(0, 3_000))
def test_a_clipped_patch_is_never_longer_than_asked(sizes, chars):
    patch = "".join(f"diff --git a/f{n} b/f{n}\n" + "+x\n" * size for n, size in enumerate(sizes))

    assert len(clip_patch(patch, chars)) <= chars
