"""remote: branches sent to a rig's remote for another machine, and its work fetched from there.

The remote may have another address than the clone's origin; nothing but branches is exchanged.
"""

from collections.abc import Mapping
from pathlib import Path

from gastown.errors import GitError
from gastown.rigs.clone import init
from gastown.rigs.command import NETWORK_S, git
from gastown.rigs.git import Repo


def send(repo: Repo, url: str, branches: Mapping[str, str]) -> None:
    """Let branches of the remote be these commits, all or none; ours alone use such names.

    Raises GitError when the remote cannot be reached, or refuses.
    """
    specs = [f"+{repo.rev(commit)}:refs/heads/{name}" for name, commit in branches.items()]
    with repo.shared():
        git(
            repo.path, "push", "--quiet", "--atomic", "--no-verify", "--", url, *specs,
            timeout_s=NETWORK_S,
        )  # fmt: skip


def receive(repo: Repo, url: str, branch: str, commit: str) -> str:
    """Fetch a branch of the remote, which must be at `commit`; no ref of ours changes.

    Raises GitError when it is gone, is another commit, or the remote cannot be reached.
    """
    with repo.shared():
        git(
            repo.path, "-c", "fetch.fsckObjects=true", "fetch", "--quiet", "--no-tags",
            "--no-write-fetch-head", "--", url, f"refs/heads/{branch}",
            timeout_s=NETWORK_S,
        )  # fmt: skip
    found = listed(repo, url, branch).get(branch)
    if found != commit:
        raise GitError(f"{url}: {branch} is at {found or 'nothing'}, not at {commit}")
    return commit


def listed(repo: Repo, url: str, pattern: str) -> dict[str, str]:
    """Branches of the remote that match a name or glob, and their commits."""
    args = ("ls-remote", "--refs", "--", url, f"refs/heads/{pattern}")
    out = git(repo.path, *args, timeout_s=NETWORK_S)[1]
    pairs = (line.split("\t", 1) for line in out.splitlines())
    return {ref.removeprefix("refs/heads/"): commit for commit, ref in pairs}


def clear(repo: Repo, url: str, pattern: str) -> None:
    """Remove every branch of the remote that fits the pattern; none is no error."""
    names = listed(repo, url, pattern)
    if names:
        specs = [f":refs/heads/{name}" for name in names]
        with repo.shared():
            git(repo.path, "push", "--quiet", "--", url, *specs, timeout_s=NETWORK_S)


def fetched(path: Path, url: str, branches: Mapping[str, str]) -> Repo:
    """A new bare repository at `path` whose branches (keys) are the remote's of those names."""
    repo = Repo(init(path))
    repo.run("config", "core.bare", "true")
    specs = [f"refs/heads/{there}:refs/heads/{here}" for here, there in branches.items()]
    git(
        repo.path, "-c", "fetch.fsckObjects=true", "fetch", "--quiet", "--no-tags",
        "--no-write-fetch-head", "--update-head-ok", "--", url, *specs, timeout_s=NETWORK_S,
    )  # fmt: skip
    return repo
