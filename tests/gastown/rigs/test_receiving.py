"""An origin that would refuse the finished work is refused before any work is paid for."""

import subprocess

import pytest

from gastown.errors import GitError
from gastown.rigs.clone import new_origin
from gastown.rigs.receiving import check_receives


def git(folder, *args: str):
    who = ("-c", "user.name=me", "-c", "user.email=me@here")
    subprocess.run(["git", *who, *args], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def working_copy(tmp_path):
    folder = tmp_path / "calc"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "One")
    return folder


def test_a_working_copy_with_the_branch_checked_out_is_refused_with_the_way_out(working_copy):
    with pytest.raises(GitError, match="git clone --bare"):
        check_receives(str(working_copy), "main")


def test_a_working_copy_takes_pushes_to_another_branch_or_where_it_says_so(working_copy):
    check_receives(str(working_copy), "release")
    git(working_copy, "config", "receive.denyCurrentBranch", "updateInstead")
    check_receives(str(working_copy), "main")


def test_a_bare_repository_and_an_address_are_taken(working_copy, tmp_path):
    check_receives(str(new_origin(working_copy, tmp_path / "calc.git")), "main")
    check_receives("git@example.com:me/calc.git", "main")
