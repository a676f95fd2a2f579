"""Git's part of a day: what reached a rig's main, counted."""

from dataclasses import dataclass

from gastown.days.history import Window
from gastown.errors import GitError
from gastown.rigs.git import Repo

_FORMAT = ("-z", "--format=%H%x00%ct%x00%(trailers:key=bead,key=stage,valueonly,unfold)")
_FIELDS = 3
_PLAIN = ("--no-renames", "--no-ext-diff", "--no-textconv")
_AT_ONCE = 500  # ids on one command line


@dataclass(frozen=True, slots=True)
class Counted:
    """New commits of a branch, without merges, and what they changed. `by_town` have trailers."""

    commits: int = 0
    by_town: int = 0
    files: int = 0
    added: int = 0
    removed: int = 0


def count(repo: Repo, ref: str, window: Window) -> Counted:
    """Count the commits of `ref` by the date at which they were committed. Raises GitError."""
    since = f"--since-as-filter=@{int(window.start.timestamp())}"
    text = repo.run("log", "--no-merges", since, *_FORMAT, "--end-of-options", repo.rev(ref), "--")
    fields = text[1].split("\0")
    rows = [fields[at : at + _FIELDS] for at in range(0, len(fields) - 1, _FIELDS)]
    mine = [row for row in rows if int(row[1]) < window.end.timestamp()]
    ids = [row[0] for row in mine]
    changes = [
        line for at in range(0, len(ids), _AT_ONCE) for line in _changes(repo, ids[at:][:_AT_ONCE])
    ]
    return Counted(
        commits=len(ids),
        by_town=sum(bool(row[2].strip()) for row in mine),
        files=len({path for _, _, path in changes}),
        added=sum(added for added, _, _ in changes),
        removed=sum(removed for _, removed, _ in changes),
    )


def is_on(repo: Repo, ref: str, commit: str) -> bool | None:
    """Whether a branch has a commit; None where git cannot say."""
    try:
        return repo.is_ancestor(commit, ref)
    except GitError:
        return None


def _changes(repo: Repo, ids: list[str]) -> list[tuple[int, int, str]]:
    """Lines added and removed, and the path, of each file that each commit touches."""
    text = repo.run("log", "--no-walk", "--numstat", "-z", "--format=", *_PLAIN, *ids, "--")[1]
    rows = [entry.lstrip("\n").split("\t", 2) for entry in text.split("\0")]
    return [(_number(row[0]), _number(row[1]), row[2]) for row in rows if len(row) == _FIELDS]


def _number(text: str) -> int:
    """A binary file's lines are not counted; git shows a hyphen."""
    return int(text) if text.isdecimal() else 0
