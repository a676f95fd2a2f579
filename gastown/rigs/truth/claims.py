"""Claims: what must be true of what a scenario shows or says, and who can tell."""

import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from gastown.stage import Frozen

FILE = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
PLACE = r"^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*$"
_MAYBE_FILE = rf"^$|{FILE}"
_MAYBE_PLACE = rf"^$|{PLACE}"

Text = Annotated[str, Field(min_length=1, description="The claim in plain words.")]
Threshold = Annotated[int, Field(ge=0, le=254)]
Share = Annotated[float, Field(ge=0, lt=1)]


class LogClaim(Frozen):
    """Something the program's output holds, matches (a regular expression), or lacks.

    `clean`: it holds no line that is an error.
    """

    kind: Literal["log"]
    text: Text
    contains: str = ""
    matches: str = ""
    absent: str = ""
    clean: bool = False

    @field_validator("matches")
    @classmethod
    def _is_a_pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"{pattern!r} is no regular expression: {error}") from None
        return pattern

    @model_validator(mode="after")
    def _asks_one_thing(self) -> "LogClaim":
        if sum(map(bool, (self.contains, self.matches, self.absent, self.clean))) != 1:
            raise ValueError("give one of contains, matches, absent, clean")
        return self


class PixelClaim(Frozen):
    """A frame, or every one of the scenario, that looks like its reference to code.

    A pixel differs when one of its channels does by more than `threshold` (of 255). Where the mask
    is not black nothing is compared: clocks, counters. What is not given here is as the scenario's
    tol.toml and mask.png have it.
    """

    kind: Literal["pixel"]
    text: Text
    frame: str = Field(default="", pattern=_MAYBE_FILE, description="Default: every frame.")
    reference: str = Field(
        default="", pattern=_MAYBE_PLACE, description="Of a frame that is named."
    )
    mask: str = Field(default="", pattern=_MAYBE_PLACE, description="Picture in the truth folder.")
    threshold: Threshold | None = None
    share: Share | None = Field(default=None, description="Most that may differ; 0.01 is 1 %.")

    @model_validator(mode="after")
    def _names_the_frame_of_its_reference(self) -> "PixelClaim":
        if self.reference and not self.frame:
            raise ValueError("reference: say of which frame")
        return self


class VisionClaim(Frozen):
    """Something that only looking can tell; a model judges it, never this package."""

    kind: Literal["vision"]
    text: Text
    frame: str = Field(default="", pattern=_MAYBE_FILE, description="Default: the first one.")


Claim = Annotated[LogClaim | PixelClaim | VisionClaim, Field(discriminator="kind")]
