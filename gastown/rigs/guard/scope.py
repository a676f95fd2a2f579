"""Scope: one script among all that its project knows."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from gastown.rigs.guard.finding import Fault
from gastown.rigs.guard.modern import nearest
from gastown.rigs.guard.names import Members
from gastown.rigs.guard.project import Project
from gastown.rigs.guard.reading import Access, Reading, Use, Word

PlacedT = TypeVar("PlacedT", Use, Access, Word)


@dataclass(frozen=True)
class Scope:
    """What is in reach of a script. `closed`: all of it is known, its ancestors too.

    `lines` are those that are judged; all of them where it is None.
    """

    file: str
    reading: Reading
    project: Project
    lines: Collection[int] | None = None

    def asked(self, found: Iterable[PlacedT]) -> Iterator[PlacedT]:
        """Those that stand in a line that is judged."""
        return (one for one in found if self.lines is None or one.line in self.lines)

    @cached_property
    def _chain(self) -> tuple[Members, bool]:
        """Members of everything that the script and its inner classes extend."""
        total, closed = Members(), not self._outline_is_dynamic
        for base in self.reading.extends:
            inner = base in self.reading.declared  # an inner class: its names are declared here
            found, whole = (Members(), True) if inner else self.project.chain(base)
            total, closed = total | found, closed and whole
        return total, closed

    @property
    def _outline_is_dynamic(self) -> bool:
        own = self.project.scripts.get(self.file)
        return own is not None and own.dynamic

    @property
    def members(self) -> Members:
        """What the script inherits."""
        return self._chain[0]

    @property
    def closed(self) -> bool:
        """Whether a name that is not found cannot be a member."""
        return self._chain[1]

    @cached_property
    def known(self) -> frozenset[str]:
        """Every name that the script may write without an owner."""
        return self.project.free | self.members.all | self.reading.declared

    @property
    def sure(self) -> bool:
        """Whether every script and class of the rig is here to be seen."""
        return not self.project.unsure

    @property
    def version(self) -> str:
        """As it is told: `Godot 4.6.3`."""
        return f"Godot {self.project.names.version}"

    def fault(
        self, line: int, rule: str, text: str, *, name: str = "", certain: bool = True
    ) -> Fault:
        """A fault of this script."""
        return Fault(self.file, line, rule, text, certain, name)


def advice(name: str, old: str, known: Iterable[str], owner: str = "") -> str:
    """What to write instead: the modern spelling, else the nearest names."""
    if old:
        return f"; write `{old}`"
    near = nearest(name, known)
    has = f"; {owner} has" if owner else "; there is"
    return f"{has} {', '.join(near)}" if near else ""
