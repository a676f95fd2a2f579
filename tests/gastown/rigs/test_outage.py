"""What git says when a remote is away, or a disk full, and what it says when neither is so."""

import pytest

from gastown.rigs.outage import (
    is_full_disk,
    is_full_there,
    is_unreachable,
    remote_in,
    subcommand,
)

FETCH = ("fetch", "--quiet", "origin")
HUNG_UP = "fatal: Could not read from remote repository."


@pytest.mark.parametrize(
    "said",
    [
        f"fatal: '/srv/heap.git' does not appear to be a git repository\n{HUNG_UP}",
        "fatal: repository '/srv/heap.git' does not exist",
        "fatal: unable to access 'https://x.test/a.git/': Could not resolve host: x.test",
        "fatal: unable to access 'https://x.test/a.git/': Failed to connect to x.test port 443",
        "fatal: unable to access 'https://x.test/a.git/': The requested URL returned error: 503",
        "fatal: unable to access 'https://x.test/a.git/': Empty reply from server",
        "fatal: unable to access 'https://x.test/a/': gnutls_handshake() failed: closed",
        f"ssh: connect to host x.test port 22: Connection timed out\n{HUNG_UP}",
        f"ssh: connect to host x.test port 22: No route to host\n{HUNG_UP}",
        "remote: Repository not found.\nfatal: repository 'https://x.test/a.git/' not found",
        "fatal: the remote end hung up unexpectedly",
        "error: RPC failed; curl 56 Recv failure\nfatal: early EOF",
    ],
)
def test_a_remote_that_is_away_is_told_from_what_git_says(said):
    assert is_unreachable(FETCH, 128, said)
    assert not is_unreachable(("merge", "origin/main"), 128, said)
    assert not is_unreachable(FETCH, 1, said)


@pytest.mark.parametrize(
    "said",
    [
        f"git@x.test: Permission denied (publickey).\n{HUNG_UP}",
        f"Host key verification failed.\n{HUNG_UP}",
        "fatal: Authentication failed for 'https://x.test/a.git/'",
        "fatal: could not read Username for 'https://x.test': terminal prompts disabled",
        "fatal: unable to access 'https://x.test/a/': The requested URL returned error: 403",
        "fatal: couldn't find remote ref main",
        "fatal: bad object refs/heads/x",
    ],
)
def test_what_a_remote_refuses_is_no_outage(said):
    assert not is_unreachable(FETCH, 128, said)


def test_a_remote_that_gives_no_answer_in_time_is_away():
    assert is_unreachable(("push", "origin"), -9, 'Timeout: the command "git" did not complete')
    assert not is_unreachable(("gc",), -9, 'Timeout: the command "git" did not complete')


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("fatal: sha1 file '<stdout>' write error: No space left on device", False),
        ("error: unable to write file a.txt: No space left on device", False),
        ("fatal: sha1 file '.git/index.lock' write error. Out of diskspace", False),
        ("warning: x\nfatal: unable to write new index file: Disk quota exceeded", False),
        ("remote: fatal: write error: No space left on device\nerror: failed to push", True),
    ],
)
def test_a_full_disk_is_told_from_what_git_says_and_whose_it_is(said, there):
    assert is_full_disk(said)
    assert is_full_there(said) is there


def test_a_file_of_such_a_name_is_no_full_disk():
    said = "error: pathspec 'No space left on device' did not match any file(s) known to git"
    assert not is_full_disk(said)


def test_what_is_asked_of_git_stands_behind_its_options():
    args = ("-c", "fetch.fsckObjects=true", "fetch", "--quiet", "--", "/srv/a.git", "main")

    assert (subcommand(args), remote_in(args)) == ("fetch", "/srv/a.git")
    assert (subcommand(("-C", "x", "--bare", "diff")), subcommand(())) == ("diff", "")
    assert remote_in(("push", "--porcelain", "origin", "a:b")) == "origin"
    assert remote_in(("ls-remote", "https://x.test")) == ""
