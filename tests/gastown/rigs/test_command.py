"""How git is started: what it may see, what it may not do, and what its failures say."""

import os
import signal
import threading
from pathlib import Path

import pytest

from gastown.errors import GitError, GitKilledError, UnreachableError
from gastown.rigs.clone import init
from gastown.rigs.command import git
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.spans import recording
from tests.gastown.rigs.given import POLECAT, alone, write


def test_a_variable_that_names_another_repository_is_not_obeyed(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))

    init(tmp_path / "here")

    assert (tmp_path / "here" / ".git" / "HEAD").is_file()
    assert not (tmp_path / "elsewhere").exists()


def test_git_sees_no_key_and_may_not_ask_a_person(tmp_path, monkeypatch):
    monkeypatch.setenv("SOME_API_KEY", "k")
    init(tmp_path)

    out = git(tmp_path, "-c", "alias.show-env=!env", "show-env")[1].splitlines()

    assert "GIT_TERMINAL_PROMPT=0" in out
    assert not [line for line in out if line.startswith("SOME_API_KEY")]


def test_hooks_do_not_run(tmp_path):
    init(tmp_path)
    hook = tmp_path / ".git" / "hooks" / "pre-commit"
    write(hook.parent, {"pre-commit": "#!/bin/sh\nexit 1\n"})
    hook.chmod(0o755)
    write(tmp_path, {"a": "1"})

    assert Repo(tmp_path).commit_all("One", POLECAT)


def test_a_failure_tells_the_command_and_what_git_said(tmp_path):
    init(tmp_path)

    with pytest.raises(GitError, match=r"git checkout nowhere, in .*: status 1: error: pathspec"):
        git(tmp_path, "checkout", "nowhere")


def test_a_folder_that_is_not_there_is_an_error_and_not_another_folder(tmp_path):
    with pytest.raises(GitError, match="cannot change to"):
        git(tmp_path / "gone", "status")


def test_a_password_in_a_url_is_not_shown(tmp_path):
    with pytest.raises(GitError) as caught:
        git(tmp_path, "ls-remote", "http://me:hunter22@127.0.0.1:1/x.git")

    assert "hunter22" not in str(caught.value)


def test_a_failure_can_be_written_down_whatever_git_said(tmp_path):
    init(tmp_path)

    with pytest.raises(GitError) as caught:
        git(tmp_path, "checkout", "caf\udce9")

    assert str(caught.value).encode()


@pytest.fixture
def person(tmp_path, monkeypatch):
    """A person's own configuration, and a repository beside it."""
    settings = tmp_path / "person.gitconfig"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    settings.write_text("[user]\n\tname = Me\n[init]\n\tdefaultBranch = trunk\n")
    return settings, init(tmp_path / "repo")


def test_a_persons_configuration_counts_only_where_a_network_is_asked(person, tmp_path):
    settings, repo = person
    write(repo, {"a": "1"})
    Repo(repo).commit_all("One", POLECAT)
    settings.write_text(f'[url "{repo}"]\n\tinsteadOf = short:here\n')

    assert git(repo, "config", "--get", "url.x.insteadOf", may_fail=(1,))[0] == 1
    assert git(repo, "config", "--list", "--global", may_fail=(1,))[1] == ""
    assert "refs/heads/main" in git(repo, "ls-remote", "short:here")[1]
    git(tmp_path, "clone", "--quiet", "short:here", "copy")
    assert Repo(tmp_path / "copy").head() == Repo(repo).head()


def test_without_a_persons_configuration_authors_and_branches_are_as_we_say(person):
    _, repo = person
    write(repo, {"a": "1"})
    Repo(repo).commit_all("One", POLECAT)

    assert Repo(repo).branch() == "main"
    assert Repo(repo).ask("log", "-1", "--format=%an %cn") == "Polecat Polecat"


def test_a_folder_of_another_user_is_used_where_the_person_allows_it(person, monkeypatch):
    settings, repo = person
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    settings.write_text("[safe]\n\tdirectory = /some/where\n\tdirectory = /else where\n")

    told = git(repo, "config", "-z", "--get-all", "safe.directory")[1]

    assert told == "/some/where\0/else where\0"


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused_by_git_unless_allowed(person):
    settings, repo = person
    os.chown(repo, 65534, 65534)
    os.chown(repo / ".git", 65534, 65534)

    with pytest.raises(GitError, match="dubious ownership"):
        git(repo, "status")
    settings.write_text(f"[safe]\n\tdirectory = {repo}\n")
    git(repo, "status")


def test_an_exit_status_that_the_caller_expects_is_returned(tmp_path):
    init(tmp_path)

    status, _ = git(tmp_path, "config", "no.such-key", may_fail=(1,))

    assert status == 1


def test_bytes_that_are_no_utf8_come_through(tmp_path):
    init(tmp_path)
    (tmp_path / "latin").write_bytes(b"caf\xe9\n")
    Repo(tmp_path).commit_all("One", POLECAT)

    out = git(tmp_path, "show", "HEAD:latin")[1]

    assert out.encode("utf-8", "surrogateescape") == b"caf\xe9\n"


def test_time_in_git_is_recorded(tmp_path):
    with recording() as spans:
        init(tmp_path)

    assert [span.kind for span in spans] == ["git"]


def test_a_command_that_takes_too_long_is_stopped(tmp_path: Path):
    init(tmp_path)

    with pytest.raises(GitError, match="Timeout"):
        git(tmp_path, "-c", "alias.wait=!sleep 20", "wait", timeout_s=0.3)


def _die_with_git_at_work(folder):
    with file_lock(folder / "lock"):
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGKILL)).start()
        git(folder, "-c", "alias.slow=!sleep 0.7; touch done", "slow")


def test_a_killed_process_git_keeps_its_locks_until_it_is_through(tmp_path):
    init(tmp_path)

    assert alone(_die_with_git_at_work, tmp_path) == -signal.SIGKILL

    with file_lock(tmp_path / "lock"):
        assert (tmp_path / "done").exists()


@pytest.mark.parametrize("who", ["$PPID", "$$"])
def test_a_git_that_was_killed_from_outside_is_told_from_one_that_failed(tmp_path, who):
    """Git itself, which waits for its alias here, or a program that it had started."""
    init(tmp_path)
    alias = f"alias.die=!kill -9 {who}; sleep 5"

    with pytest.raises(GitKilledError, match="alias"):
        git(tmp_path, "-c", alias, "die")


def test_a_remote_that_is_gone_is_told_from_a_failure_and_named_without_its_password(tmp_path):
    init(tmp_path)
    git(tmp_path, "remote", "add", "origin", "http://me:hunter22@127.0.0.1:1/x.git")

    with pytest.raises(UnreachableError, match=r"^origin http://.* cannot be reached: git f"):
        git(tmp_path, "fetch", "origin")
    with pytest.raises(UnreachableError, match="cannot be reached: git clone") as caught:
        git(tmp_path, "clone", "--", "http://me:hunter22@127.0.0.1:1/y.git", "y")

    assert caught.value.kind == "unreachable"
    assert "hunter22" not in f"{caught.value} {caught.value.brief}"


def test_a_network_command_that_takes_too_long_is_a_remote_that_is_away(tmp_path):
    init(tmp_path)
    program = "-c", "core.sshCommand=sleep 20; true"

    with pytest.raises(UnreachableError, match="Timeout"):
        git(tmp_path, *program, "ls-remote", "ssh://127.0.0.1/x.git", timeout_s=0.3)
