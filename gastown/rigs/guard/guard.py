"""guard: names in the lines of a change that exist nowhere, with what to write instead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gastown.rigs.diff import changed_lines, diff
from gastown.rigs.guard.finding import Fault, told
from gastown.rigs.guard.godot import godot_faults
from gastown.rigs.guard.node import node_faults
from gastown.rigs.guard.python import python_faults


@dataclass(frozen=True, slots=True)
class Guarded:
    """What the guard found in `files` changed files."""

    faults: tuple[Fault, ...] = ()
    files: int = 0

    @property
    def certain(self) -> tuple[Fault, ...]:
        """What must change before anything is run."""
        return tuple(fault for fault in self.faults if fault.certain)

    def beside(self, names: frozenset[str]) -> "Guarded":
        """The same without faults over these names: they do not exist yet, and will."""
        return Guarded(tuple(one for one in self.faults if one.name not in names), self.files)

    @property
    def feedback(self) -> str:
        """For the model: what does not exist, and the right spelling."""
        return f"Names that do not exist:\n{told(self.certain)}"

    @property
    def line(self) -> str:
        """One line for the board: `2 invented names in 3 files`."""
        count = len(self.certain)
        return f"{count} invented name{'s' * (count != 1)} in {self.files} files"


def guard(worktree: Path, base: str) -> Guarded:
    """Judge what a worktree changed since `base`, committed or not; nothing is run.

    Only faults in changed lines count, and a file that can no longer be read at all.

    Raises:
        GitError: The worktree's `.git` file was tampered with, or `base` is no commit.
    """
    lines = changed_lines(diff(worktree, base))
    found = [
        *godot_faults(worktree, lines, lines=lines),
        *python_faults(worktree, lines),
        *node_faults(worktree, lines),
    ]
    return Guarded(tuple(one for one in found if in_lines(one, lines)), len(lines))


def in_lines(fault: Fault, lines: Mapping[str, Iterable[int]]) -> bool:
    """Whether a fault lies in these lines, or where no line can be told."""
    return fault.line == 0 or fault.rule == "syntax" or fault.line in lines[fault.file]
