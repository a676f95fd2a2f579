"""What the checker of landed towns is given, and what it says of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Sort = Literal["lost", "doubled", "leaked"]


@dataclass(frozen=True, slots=True)
class Bill:
    """One answer that a model gave: to which role, tokens read and written."""

    role: str
    read: int
    written: int


@dataclass(frozen=True, slots=True)
class Case:
    """A town at rest, and what must have become of it.

    Of each bead that was launched `words` has what its file is called and holds; `bills` is what
    the model remembers of its answers. A token read costs `prices[0]` micro-dollars, one written
    `prices[1]`. The end of so many requests may have been `unheard`, as the way was cut.
    """

    root: Path
    rig: str
    origin: Path
    convoys: tuple[str, ...]
    words: Mapping[str, str]
    bills: tuple[Bill, ...] = ()
    prices: tuple[int, int] = (1, 2)
    ports: tuple[int, ...] = ()
    unheard: int = 0

    @property
    def ledger(self) -> Path:
        """The file of the beads."""
        return self.root / ".beads" / "beads.db"

    @property
    def spend(self) -> Path:
        """The file of what was spent."""
        return self.root / ".town" / "spend.db"

    @property
    def clone(self) -> Path:
        """The town's own clone of the rig."""
        return self.root / self.rig / "mayor" / "rig"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must not be: by which rule, and what was found."""

    rule: str
    sort: Sort
    said: str

    def __str__(self) -> str:
        return f"{self.sort}: {self.rule}: {self.said}"
