"""Truth as a value: scenarios, and the claims that must hold of what was captured."""

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import Field, field_validator, model_validator

from gastown.stage import Frozen

FILE = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
PLACE = r"^[A-Za-z0-9][A-Za-z0-9_.-]*(/[A-Za-z0-9][A-Za-z0-9_.-]*)*$"

Text = Annotated[str, Field(min_length=1, description="The claim in plain words.")]


class LogClaim(Frozen):
    """Something the program's output holds, matches (a regular expression), or lacks."""

    kind: Literal["log"]
    text: Text
    contains: str = ""
    matches: str = ""
    absent: str = ""

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
        if sum(map(bool, (self.contains, self.matches, self.absent))) != 1:
            raise ValueError("give one of contains, matches, absent")
        return self


class PixelClaim(Frozen):
    """A frame that looks like a reference picture, as far as code can see.

    A pixel differs when one of its channels does by more than `threshold` (of 255). Where the mask
    is not black nothing is compared: clocks, counters.
    """

    kind: Literal["pixel"]
    text: Text
    frame: str = Field(pattern=FILE)
    reference: str = Field(default="", pattern=f"^$|{PLACE}", description="Default: <id>/<frame>.")
    mask: str = Field(default="", pattern=f"^$|{PLACE}", description="Picture in the truth folder.")
    threshold: int = Field(default=16, ge=0, le=254)
    share: float = Field(default=0.0, ge=0, lt=1, description="Most that may differ; 0.01 is 1 %.")


class VisionClaim(Frozen):
    """Something that only looking can tell; a model judges it, never this package."""

    kind: Literal["vision"]
    text: Text
    frame: str = Field(default="", pattern=f"^$|{FILE}", description="Default: the first one.")


Claim = Annotated[LogClaim | PixelClaim | VisionClaim, Field(discriminator="kind")]


class Scenario(Frozen):
    """One thing to look at: the frames its capture writes, and what must be true of them."""

    id: str = Field(pattern=FILE)
    frames: tuple[Annotated[str, Field(pattern=FILE)], ...] = ()
    claims: tuple[Claim, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _frames_are_captured(self) -> "Scenario":
        for claim in self.claims:
            frame = "" if isinstance(claim, LogClaim) else claim.frame
            if frame and frame not in self.frames:
                raise ValueError(f"{claim.text!r} looks at {frame}, which is not among frames")
            if isinstance(claim, VisionClaim) and not self.frames:
                raise ValueError(f"{claim.text!r} needs a frame to look at; frames is empty")
        return self

    def reference_of(self, claim: PixelClaim) -> str:
        """Where the claim's reference picture is, from the truth folder."""
        return claim.reference or f"{self.id}/{claim.frame}"

    def frame_of(self, claim: VisionClaim) -> str:
        """The frame that must be looked at."""
        return claim.frame or self.frames[0]


class Numbered(NamedTuple):
    """A claim with its number in the whole file, counted from 1."""

    number: int
    scenario: Scenario
    claim: LogClaim | PixelClaim | VisionClaim


class Truth(Frozen):
    """The whole of truth.toml, and the pictures it names, by their place in the folder."""

    scenario: tuple[Scenario, ...] = Field(min_length=1)
    pictures: dict[str, bytes] = Field(default_factory=dict, repr=False)

    @field_validator("scenario")
    @classmethod
    def _ids_are_distinct(cls, scenarios: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
        ids = [scenario.id for scenario in scenarios]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"more than one scenario is called {', '.join(twice)}")
        return scenarios

    @property
    def claims(self) -> tuple[Numbered, ...]:
        """Every claim of every scenario, in the order of the file."""
        pairs = [(scenario, claim) for scenario in self.scenario for claim in scenario.claims]
        return tuple(Numbered(n, *pair) for n, pair in enumerate(pairs, start=1))

    @property
    def for_the_eye(self) -> tuple[Numbered, ...]:
        """The claims that a model must judge."""
        return tuple(one for one in self.claims if isinstance(one.claim, VisionClaim))
