"""Clones: of a rig for the town, of a rig for a person; origins and private repositories made."""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gastown.errors import GitError
from gastown.rigs.command import NETWORK_S, git
from gastown.rigs.git import Repo
from gastown.rigs.lock import file_lock
from gastown.rigs.stale import OURS, clear_stale_locks
from gastown.town.layout import RigLayout

TOWN = "town <town@localhost>"


def clone(origin: str, path: Path, branch: str = "") -> Repo:
    """Clone into `path`, all of it or nothing; on `branch`, or on origin's own default.

    Raises:
        GitError: Origin cannot be read, has no commit or no such branch, or `path` is there.
    """
    if path.exists():
        raise GitError(f"{path} exists already; remove it, or clone to another folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    chosen = ("--branch", branch) if branch else ()
    try:
        args = ("clone", "--quiet", *chosen, "--", origin, str(draft))
        git(path.parent, *args, timeout_s=NETWORK_S)
        if Repo(draft).find("HEAD") is None:
            raise GitError(f"{origin} has no commit yet; push one first")
        draft.rename(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Repo(path)


def update(layout: RigLayout, branch: str) -> str:
    """Fetch, and bring the canonical clone's branch to where origin's is; returns its commit.

    Raises:
        GitError: It has commits or changes of its own that stand in the way, which stay.
    """
    Repo(layout.canonical).fetch()
    return _forward(layout, branch)


def follow(layout: RigLayout, branch: str) -> str:
    """Like `update`, without asking origin; the reason if it cannot, else nothing."""
    try:
        _forward(layout, branch)
    except GitError as error:
        return f"the canonical clone stays behind: {error}"
    return ""


def new_origin(source: Path, bare: Path, author: str = TOWN, branch: str = "main") -> Path:
    """A bare repository whose one commit holds what is in the folder `source`; returns `bare`."""
    work = Repo(init(source, branch))
    work.commit_all("First commit", author)
    bare.parent.mkdir(parents=True, exist_ok=True)
    git(bare.parent, "clone", "--quiet", "--bare", "--", str(source), str(bare))
    return bare


def init(path: Path, branch: str = "main") -> Path:
    """A repository at `path`, if there is none yet; its files stay.

    Many processes may do so at once: it is made beside `path` and moved there whole.
    """
    path.mkdir(parents=True, exist_ok=True)
    if not (path / ".git").exists():
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
            draft = Path(folder)
            git(draft, "init", "--quiet", "--template=", "--initial-branch", branch)
            try:
                (draft / ".git").rename(path / ".git")
            except OSError:
                if not (path / ".git").exists():  # else another was quicker
                    raise
    return path


def commit_report(
    path: Path, files: Mapping[str, str | bytes], message: str, author: str = TOWN
) -> str:
    """Write `files` into a private repository and commit just these; returns the commit.

    Many processes may do so at once. The same files with the same content again are no new commit;
    a file is never seen half-written.

    Raises:
        GitError: A name leads out of the repository.
    """
    for name in files:
        inside = (path / name).resolve().is_relative_to(path.resolve())
        if not inside or ".git" in Path(name).parts:
            raise GitError(f"{name!r} is no name for a file in {path}")
    with file_lock(init(path) / ".git" / OURS):
        clear_stale_locks(path / ".git", path / ".git")
        for name, content in files.items():
            _write(path / name, content.encode() if isinstance(content, str) else content)
        return Repo(path).commit_all(message, author, files)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)


def _forward(layout: RigLayout, branch: str) -> str:
    repo = Repo(layout.canonical)
    with repo.shared():
        clear_stale_locks(*repo.folders())
        if repo.branch() != branch:
            raise GitError(f"{repo.path} is not on {branch} but on {repo.branch() or 'no branch'}")
        repo.run("merge", "--quiet", "--ff-only", f"refs/remotes/origin/{branch}")
    return repo.head()
