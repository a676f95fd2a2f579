"""Finding: one thing that is not as it should be, and how it can be mended."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from gastown.doctor.scene import Scene
from gastown.stage import Frozen

Severity = Literal["error", "warning"]
"""`error`: work or money may be lost, or nothing goes on. `warning`: something is left over."""

Mend = Callable[[], str]
"""Mends what was found and says what it did; nothing, where it was well by then."""


class Finding(Frozen):
    """What a check found. The same trouble has the same `check` and `subject` at each look."""

    check: str
    subject: str = Field(description="What it is about: a bead, a branch, a folder, a process.")
    said: str = Field(description="What is wrong with it.")
    severity: Severity = "warning"
    mend: str = Field(default="", description="What --fix would do; empty: a person must.")
    advice: str = Field(default="", description="What a person can do, where --fix does nothing.")

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by."""
        return self.check, self.subject


@dataclass(frozen=True, slots=True)
class Ailment:
    """A finding with what mends it; `cure` is there exactly when `finding.mend` says something.

    `cure` looks again for itself, under the locks of what it changes.
    """

    finding: Finding
    cure: Mend | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of trouble: its name, what is looked at, and the look."""

    name: str
    about: str
    look: Callable[[Scene], Iterable[Ailment]]
