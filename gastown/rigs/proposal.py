"""Proposal: a change at origin that somebody asks about, a branch or a pull request."""

import re

from gastown.errors import GitError, NotFoundError
from gastown.rigs.command import NETWORK_S, git
from gastown.rigs.git import Repo

_PULL = re.compile(r"pull/([0-9]{1,9})")
_BRANCH = re.compile(r"(?!.*(?:\.\.|//|@\{))[A-Za-z0-9_][\w./+@-]*")


def proposed(repo: Repo, name: str) -> str:
    """The commit of `pull/7`, as GitHub offers it, or of a branch at origin as last fetched.

    Raises:
        NotFoundError: Origin has no such branch or pull request.
    """
    if pull := _PULL.fullmatch(name):
        return _pulled(repo, pull[1])
    found = repo.find(f"refs/remotes/origin/{name}") if _BRANCH.fullmatch(name) else None
    if found is None:
        raise NotFoundError(f"{repo.path}: origin has no branch {name!r}")
    return found


def _pulled(repo: Repo, number: str) -> str:
    ours = f"refs/town/pull/{number}"
    spec = f"+refs/pull/{number}/head:{ours}"
    try:
        with repo.shared():
            git(repo.path, "fetch", "--quiet", "--no-tags", "origin", spec, timeout_s=NETWORK_S)
    except GitError as error:
        raise NotFoundError(f"{repo.path}: origin has no pull request {number}: {error}") from error
    return repo.rev(ours)
