"""violations: what an agent's change does that no change of its kind may do."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from gastown.agents.globs import matches
from gastown.rigs.diff import LINK, MODULE, FileChange, diff
from gastown.rigs.gauge.steering import PYPROJECT, pytest_settings
from gastown.rigs.git import Repo

EXECUTABLE = "100755"
GITS_OWN = ("**/.gitattributes", "**/.lfsconfig")
_MODULES = ("**/.gitmodules",)


def violations(
    worktree: Path, base: str, allowed: Sequence[str] = ("**",), protected: Sequence[str] = ()
) -> tuple[str, ...]:
    """Judge everything in a worktree that differs from `base`, committed or not.

    Args:
        worktree: The agent's worktree.
        base: The commit from which it started.
        allowed: Globs of paths that may change.
        protected: Globs of paths that may not, even where allowed: tests, as a rule.

    Returns:
        One line per fault, naming the path; empty when there is none.

    Raises:
        GitError: The worktree's `.git` file was tampered with.
    """
    inner = Repo(worktree).embedded()
    if inner:
        return tuple(f"{path}: is a git repository of its own" for path in inner)
    changes = diff(worktree, base)
    return judge(changes, allowed, protected) + _steered(Repo(worktree), base, changes)


def judge(
    changes: Iterable[FileChange], allowed: Sequence[str], protected: Sequence[str]
) -> tuple[str, ...]:
    """The decision behind `violations`, over a diff that was read already."""
    faults = (f"{c.path}: {fault}" for c in changes for fault in _faults(c, allowed, protected))
    return tuple(faults)


def _steered(repo: Repo, base: str, changes: Iterable[FileChange]) -> tuple[str, ...]:
    """Faults of each changed `pyproject.toml` by which pytest would run otherwise."""
    projects = [c.path for c in changes if c.path.rpartition("/")[2] == PYPROJECT]
    return tuple(
        f"{path}: what it says to pytest may not change"
        for path in projects
        if pytest_settings(repo.show_file(base, path) or "")
        != pytest_settings(repo.show_staged(path) or "")
    )


def _faults(change: FileChange, allowed: Sequence[str], protected: Sequence[str]) -> list[str]:
    rules = {
        "is a symbolic link": change.new_mode == LINK,
        "is a submodule": change.new_mode == MODULE or matches(change.path, _MODULES),
        f"was {change.status}; only a person may tell git how to treat files": matches(
            change.path, GITS_OWN
        ),
        "became executable": change.new_mode == EXECUTABLE != change.old_mode,
        f"was {change.status}; this role may change {', '.join(allowed)}": not matches(
            change.path, allowed
        ),
        f"was {change.status}; {', '.join(protected)} may not change": matches(
            change.path, protected
        ),
    }
    return [rule for rule, broken in rules.items() if broken]
