"""Sources: the text files of a worktree that scanners read."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gastown.agents.globs import matches
from gastown.rigs.git import Repo

MAX_BYTES = 1_000_000
FOREIGN = ("**/addons/**", "**/.addons/**", "**/.godot/**", ".beads/**", "**/.qa-logs/**")
EXCLUDED = (
    *FOREIGN, "**/*.lock", "**/package-lock.json", "**/pnpm-lock.yaml", "**/go.sum", "**/*.uid",
)  # fmt: skip
"""Other people's code, logs, generated files, and hashes that look like secrets."""


@dataclass(frozen=True, slots=True)
class Source:
    """One text file; `lines` are without their ends."""

    path: str
    lines: tuple[str, ...]

    def line(self, number: int) -> str:
        """A line, counted from 1; empty past the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def read_sources(worktree: Path) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """Every tracked text file that is not excluded, and the names of those that cannot be read."""
    return _sorted_out(worktree, Repo(worktree).files())


def _sorted_out(worktree: Path, names: Iterable[str]) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    sources: list[Source] = []
    unread: list[str] = []
    for name in names:
        path = worktree / name
        if matches(name, EXCLUDED) or path.is_symlink() or not path.is_file():
            continue
        data = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
        text = None if data is None else _text(data)
        if text is None:
            unread.append(name)
        elif "\0" not in text:
            sources.append(Source(name, tuple(text.split("\n"))))
    return tuple(sources), tuple(unread)


def _text(data: bytes) -> str | None:
    """The text; a NUL for a binary file, which nobody expects to be read; None for neither."""
    if b"\0" in data:
        return "\0"
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None
