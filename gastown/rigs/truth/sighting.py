"""Capture and Sighting: what was captured of a scenario, and the verdict on one claim about it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from gastown.rigs.truth.picture import PictureError
from gastown.stage import Frozen

Verdict = Literal["pass", "fail", "unsure"]
Kind = Literal["capture", "log", "pixel", "vision"]
MAX_BYTES = 64_000_000


@dataclass(frozen=True, slots=True)
class Capture:
    """What was captured: everything the program printed, the folder of its frames, how it ended."""

    output: str
    frames: Path
    rc: int = 0
    timed_out: bool = False
    seconds: float = 0.0

    def frame(self, name: str) -> bytes:
        """A frame's PNG. Raises PictureError when there is none."""
        path = self.frames / name
        if path.is_symlink() or not path.is_file():
            raise PictureError("was not captured")
        if path.stat().st_size > MAX_BYTES:
            raise PictureError(f"is larger than {MAX_BYTES} bytes")
        return path.read_bytes()


class Sighting(Frozen):
    """The verdict on one claim. Whatever is not `pass` is not shown to be true.

    Number 0 is no claim of a person: it must hold of every capture.
    """

    number: int
    scenario: str
    kind: Kind
    claim: str
    verdict: Verdict
    evidence: str
    frame: str = ""
    box: tuple[int, int, int, int] | None = None

    @property
    def key(self) -> tuple[str, int]:
        """What tells one claim from all others."""
        return self.scenario, self.number


def passed(holds: bool) -> Verdict:
    """The verdict of code, which is never unsure."""
    return "pass" if holds else "fail"
