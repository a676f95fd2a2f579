"""git: the only place that starts it, with safe flags, no prompts, an environment of our own.

What a person configured for git counts where a network is asked, for it holds their credentials.
Anywhere else it would let files that an agent wrote choose among the person's filters and programs.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Collection, Generator
from contextlib import contextmanager
from email.utils import parseaddr
from pathlib import Path
from typing import BinaryIO

from git.cmd import Git
from git.util import remove_password_if_present

from gastown import disk
from gastown.errors import GitDiskFullError, GitError, GitKilledError, UnreachableError
from gastown.rigs.lock import held
from gastown.rigs.outage import (
    LATE,
    NETWORKED,
    is_full_disk,
    is_full_there,
    is_unreachable,
    remote_in,
)
from gastown.rigs.pointer import check_pointer
from gastown.rigs.text import printable
from gastown.spans import span

NETWORK_S = 900.0  # a fetch, push or clone that takes longer is given up
_SAID_CHARS = 2_000
_KILLED = f"died of signal {signal.SIGKILL:d}"

# fmt: off
_KEPT = (
    "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME",
    "XDG_RUNTIME_DIR", "SSH_AUTH_SOCK", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_NOSYSTEM", "GIT_SSL_CAINFO", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy",
    "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
)
_FLAGS = (
    "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.quotePath=false", "core.editor=true",
    "core.autocrlf=false", "commit.gpgSign=false", "rerere.enabled=false",
    "submodule.recurse=false", "fetch.recurseSubmodules=false", "protocol.file.allow=user",
    "gc.autoDetach=false", "maintenance.autoDetach=false", "advice.detachedHead=false",
    "merge.conflictStyle=merge", "diff.noprefix=false", "diff.mnemonicPrefix=false",
    "diff.ignoreSubmodules=dirty",
)
_ALONE = ("core.attributesFile=/dev/null", "core.excludesFile=/dev/null")
_ALONE_ENV = ("GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_ATTR_NOSYSTEM=1")
# fmt: on


def git(
    path: Path,
    *args: str,
    author: str = "",
    may_fail: Collection[int] = (),
    stdin: str = "",
    timeout_s: float | None = None,
) -> tuple[int, str]:
    """Run `git ARGS` in a folder.

    Args:
        path: Working directory.
        *args: Subcommand and its arguments.
        author: `Name <address>` of what is committed.
        may_fail: Exit statuses other than 0 that mean something to the caller.
        stdin: What it reads from its standard input.
        timeout_s: When to kill it, in seconds.

    Returns:
        Exit status and standard output; bytes that are no UTF-8 come as surrogate escapes.

    Raises:
        GitKilledError: It, or a git that it had started, was killed from outside.
        UnreachableError: A remote cannot be reached.
        GitDiskFullError: A disk has no room, whatever `may_fail` says.
        GitError: Any other exit status; carries the command and what git said.
    """
    check_pointer(path)
    with span("git"), _file(stdin) as given:
        status, out, said = Git().execute(
            [*_start(path, author, networked=args[0] in NETWORKED), *args],
            istream=given,
            with_extended_output=True,
            with_exceptions=False,
            stdout_as_string=False,
            strip_newline_in_stdout=False,
            kill_after_timeout=timeout_s,
            pass_fds=held(),
        )
    text = out.decode("utf-8", "surrogateescape")
    if status and (status not in may_fail or is_full_disk(said)):
        raise _failed(path, args, status, said.strip() or text.strip())
    return status, text


def _failed(path: Path, args: tuple[str, ...], status: int, said: str) -> GitError:
    """What it was that failed, from what git said."""
    asked = " ".join(remove_password_if_present(args))
    what = printable(f"git {asked}, in {path}: status {status}: {said[-_SAID_CHARS:]}")
    if is_full_there(said):
        brief = printable(f"the disk of {_address(path, remote_in(args))} is full")
        return GitDiskFullError(f"{brief}: {what}", brief=brief)
    if is_full_disk(said):
        return GitDiskFullError(disk.said_of(path, what), brief=disk.brief_of(path))
    if is_unreachable(args, status, said):
        brief = printable(f"{_address(path, remote_in(args))} cannot be reached")
        return UnreachableError(f"{brief}: {what}", brief=brief)
    late = said.startswith(LATE)  # GitPython killed it, for it took too long
    killed = not late and (status == -signal.SIGKILL or _KILLED in said)
    return (GitKilledError if killed else GitError)(what)


def _address(path: Path, remote: str) -> str:
    """A remote by its name and address, without the password that may be in it."""
    if remote != "origin":
        return f"the repository {remove_password_if_present([remote])[0]}".rstrip()
    status, out = git(path, "remote", "get-url", "origin", may_fail=range(1, 256))
    return f"origin {remove_password_if_present([out.strip()])[0]}" if not status else "origin"


def _start(path: Path, author: str, *, networked: bool) -> list[str]:
    """Everything before the subcommand: environment, folder, flags."""
    name, address = parseaddr(author)
    flags = [*_FLAGS, *((f"user.name={name}", f"user.email={address}") if author else ())]
    variables = _environment(path)
    if not networked:
        flags += [*_ALONE, *_trusted(path, variables)]
        variables += _ALONE_ENV
    options = [part for flag in flags for part in ("-c", flag)]
    return ["env", "-i", *variables, "git", "-C", str(path), *options]


@contextmanager
def _file(text: str) -> Generator[BinaryIO | None]:
    """The text as a file to read from; None when there is none."""
    if not text:
        yield None
        return
    with tempfile.TemporaryFile() as file:
        file.write(text.encode())
        file.seek(0)
        yield file


def _trusted(path: Path, variables: list[str]) -> list[str]:
    """What a person allows git to do in folders of other users, for those who share a town."""
    spots = [spot for spot in (path, path / ".git") if spot.exists()]
    if all(spot.stat().st_uid == os.geteuid() for spot in spots):
        return []
    argv = ["env", "-i", *variables, "git", "-C", "/", "config", "-z", "--get-all"]
    said = subprocess.run(
        [*argv, "safe.directory"], capture_output=True, encoding="utf-8", check=False
    )
    return [f"safe.directory={value}" for value in said.stdout.split("\0")[:-1]]


def _environment(path: Path) -> list[str]:
    """What git gets to see; GitPython itself would hand on everything, keys included."""
    kept = [f"{name}={os.environ[name]}" for name in _KEPT if name in os.environ]
    ceiling = f"GIT_CEILING_DIRECTORIES={path.resolve().parent}"  # no repository further up
    quiet = ("GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_PAGER=cat")
    return [*kept, ceiling, *quiet, "LC_ALL=C"]
