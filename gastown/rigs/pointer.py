"""The `.git` file of a worktree: an agent may not point git at a repository of its own making.

Git obeys the configuration of the repository that `.git` names, and that configuration can start
programs. In a worktree of a rig the file must therefore name the canonical clone's own record.
"""

from pathlib import Path

from gastown.errors import GitError
from gastown.town.layout import RigLayout

_PREFIX = "gitdir: "
_OURS = frozenset({"polecats", "refinery", "defender", "checks"})


def check_pointer(path: Path) -> None:
    """Raise GitError when `path` is a rig's worktree whose `.git` file was tampered with.

    Elsewhere (clones, a person's crew folder, a worktree that is not there yet) nothing is checked.
    """
    layout = _rig_of(path)
    pointer = path / ".git"
    if layout is None or not path.is_dir():
        return
    why = _fault(pointer, layout.canonical.resolve() / ".git" / "worktrees")
    if why:
        raise GitError(
            f"{pointer}: {why}; git is not started there. Remove the folder and try again."
        )


def _rig_of(path: Path) -> RigLayout | None:
    """The rig whose worktree lies at `path`, by the layout of a town's folders."""
    for root in path.absolute().parents:
        if (root / "mayor" / "rig" / ".git").is_dir():
            return RigLayout(root) if path.absolute().relative_to(root).parts[0] in _OURS else None
    return None


def _fault(pointer: Path, records: Path) -> str:
    """What is wrong with a worktree's `.git` file, empty if nothing is."""
    if pointer.is_symlink() or not pointer.is_file():
        return "is no longer the file that git wrote"
    text = pointer.read_text(encoding="utf-8", errors="replace").strip()
    record = Path(text.removeprefix(_PREFIX))
    if not text.startswith(_PREFIX) or record.parent != records or not record.is_dir():
        return f"names {text.removeprefix(_PREFIX)[:200]!r}, not a record of the canonical clone"
    back = (record / "gitdir").read_text(encoding="utf-8").strip()
    if Path(back).resolve() != pointer.resolve():
        return f"names the record of {back}"
    return ""
