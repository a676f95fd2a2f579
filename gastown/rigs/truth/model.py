"""Truth as a value: scenarios, how each is captured, and the claims that must hold of it."""

import re
from typing import Annotated, Literal, NamedTuple

from pydantic import Discriminator, Field, Tag, field_validator, model_validator

from gastown.rigs.truth.claims import (
    FILE,
    Claim,
    LogClaim,
    PixelClaim,
    Share,
    Threshold,
    VisionClaim,
)
from gastown.stage import Frozen

Kind = Literal["command", "godot", "web"]
MAX_FRAMES = 3_600
MAX_LOOKED = 2  # frames of one scenario that a model is shown: each comes with reference and crop
BUILD = r"^$|^[A-Za-z0-9][A-Za-z0-9_. -]*(/[A-Za-z0-9][A-Za-z0-9_. -]*)*$"  # a preset has spaces
_SIZE = re.compile(r"([1-9]\d{0,3})x([1-9]\d{0,3})")


Frames = Annotated[
    Annotated[int, Field(ge=1, le=MAX_FRAMES), Tag("number")]
    | Annotated[tuple[Annotated[str, Field(pattern=FILE)], ...], Tag("names")],
    Discriminator(lambda value: "number" if isinstance(value, int) else "names"),
]
"""How many frames are drawn, or the names of those that a command writes."""


class Tolerance(Frozen):
    """How much a frame may differ: channels by `threshold` of 255, pixels by `share` of them."""

    threshold: Threshold = 16
    share: Share = 0.0


class Scenario(Frozen):
    """One thing to look at: how it is captured, and what must be true of it.

    `at` are frames of a Godot build, counted from 0, or milliseconds of a page's clock.
    """

    id: str = Field(pattern=FILE)
    kind: Kind = "command"
    build: str = Field(default="", pattern=BUILD, description="Program, page or folder.")
    command: tuple[str, ...] = Field(default=(), description="Default: the assembly's capture.")
    args: tuple[str, ...] = ()
    frames: Frames = ()
    at: tuple[Annotated[int, Field(ge=0, le=600_000)], ...] = ()
    size: str = Field(
        default="", description='Of the window and so of every frame, e.g. "960x540".'
    )
    fps: int = Field(default=30, ge=1, le=240)
    until: str = Field(default="", description="web: JavaScript that is true once it is ready.")
    full: bool = Field(default=False, description="web: the whole page, not just the window.")
    exit: int = Field(default=0, ge=0, le=255)
    allow: tuple[str, ...] = Field(default=(), description="An error with this text is none.")
    timeout_s: float = Field(default=60, gt=0, le=3_600)
    claims: tuple[Claim, ...] = ()

    @field_validator("size")
    @classmethod
    def _is_a_size(cls, size: str) -> str:
        if size and not _SIZE.fullmatch(size):
            raise ValueError(f'{size!r} is no size; write it like "960x540"')
        return size

    @model_validator(mode="after")
    def _can_be_captured(self) -> "Scenario":
        if self.kind == "command":
            if self.at or self.until or self.full or isinstance(self.frames, int):
                raise ValueError("at, until, full and a number of frames are for godot and web")
        elif not self.at:
            raise ValueError("at: is missing; say when to take a picture, e.g. at = [30]")
        elif isinstance(self.frames, tuple) and self.frames:
            raise ValueError("frames: is how many are drawn; their names come from at")
        elif self.kind == "godot" and max(self.at) >= self.drawn:
            raise ValueError(f"at: {max(self.at)} is not among {self.drawn} frames, counted from 0")
        if len(set(self.at)) < len(self.at):
            raise ValueError("at: names a moment twice")
        return self

    @model_validator(mode="after")
    def _frames_are_captured(self) -> "Scenario":
        for claim in self.claims:
            frame = "" if isinstance(claim, LogClaim) else claim.frame
            if frame and frame not in self.names:
                raise ValueError(f"{claim.text!r} looks at {frame}, which is not among frames")
            if not isinstance(claim, LogClaim) and not self.names:
                raise ValueError(f"{claim.text!r} needs a frame to look at; frames is empty")
        if len(self.looked_at) > MAX_LOOKED:
            raise ValueError(
                f"claims for the eye look at over {MAX_LOOKED} frames; split it in two"
            )
        return self

    @property
    def names(self) -> tuple[str, ...]:
        """The frames' file names, in the order of their making."""
        if self.kind == "command":
            return self.frames if isinstance(self.frames, tuple) else ()
        return tuple(f"{moment:04d}.png" for moment in sorted(self.at))

    @property
    def drawn(self) -> int:
        """How many frames a Godot build draws before it ends."""
        return self.frames if isinstance(self.frames, int) else max(self.at, default=0) + 1

    @property
    def measures(self) -> tuple[int, int] | None:
        """Width and height of the window, in pixels, where it says."""
        found = _SIZE.fullmatch(self.size)
        return (int(found[1]), int(found[2])) if found else None

    @property
    def fixed(self) -> tuple[int, int] | None:
        """The size that a frame must have, where it must have one."""
        return None if self.full else self.measures

    @property
    def looked_at(self) -> tuple[str, ...]:
        """The frames that a model must look at, each once."""
        claims = [one for one in self.claims if isinstance(one, VisionClaim)]
        return tuple(dict.fromkeys(map(self.frame_of, claims)))

    def reference_of(self, frame: str, claim: PixelClaim | None = None) -> str:
        """Where a frame's reference picture is, from the truth folder."""
        if claim is not None and claim.reference:
            return claim.reference
        return f"{self.id}/{'' if self.kind == 'command' else 'ref-'}{frame}"

    def frames_of(self, claim: PixelClaim) -> tuple[str, ...]:
        """The frames that must look like their references."""
        return (claim.frame,) if claim.frame else self.names

    def frame_of(self, claim: VisionClaim) -> str:
        """The frame that must be looked at."""
        return claim.frame or next(iter(self.names), "")


class Numbered(NamedTuple):
    """A claim with its number in its scenario, counted from 1."""

    number: int
    scenario: Scenario
    claim: LogClaim | PixelClaim | VisionClaim


class Looked(NamedTuple):
    """A claim for the eye: its number, and the frame that must be looked at."""

    number: int
    scenario: Scenario
    text: str
    frame: str


class Truth(Frozen):
    """A whole `.truth` folder: its scenarios, pictures by their place in it, and tolerances."""

    scenario: tuple[Scenario, ...] = Field(min_length=1)
    pictures: dict[str, bytes] = Field(default_factory=dict, repr=False)
    tolerances: dict[str, Tolerance] = Field(default_factory=dict, description="By reference.")

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
        return tuple(
            Numbered(number, scenario, claim)
            for scenario in self.scenario
            for number, claim in enumerate(scenario.claims, start=1)
        )

    @property
    def for_the_eye(self) -> tuple[Looked, ...]:
        """The claims that a model must judge."""
        return tuple(
            Looked(one.number, one.scenario, one.claim.text, one.scenario.frame_of(one.claim))
            for one in self.claims
            if isinstance(one.claim, VisionClaim)
        )

    def tolerance(self, scenario: Scenario, frame: str, claim: PixelClaim) -> Tolerance:
        """How much a frame may differ: as the claim says, else as tol.toml does."""
        known = self.tolerances.get(f"{scenario.id}/{frame}", Tolerance())
        told = {"threshold": claim.threshold, "share": claim.share}
        return known.model_copy(update={k: v for k, v in told.items() if v is not None})

    def mask(self, scenario: Scenario, frame: str, claim: PixelClaim | None = None) -> bytes | None:
        """What of a frame is not compared: the claim's mask, else the frame's, else all frames'."""
        if claim is not None and claim.mask:
            return self.pictures[claim.mask]
        places = masks_of(scenario, frame)
        return next((self.pictures[one] for one in places if one in self.pictures), None)

    def reference(self, scenario: Scenario, frame: str) -> bytes | None:
        """A frame's reference picture, if there is one."""
        named = [
            scenario.reference_of(frame, claim)
            for claim in scenario.claims
            if isinstance(claim, PixelClaim) and frame in scenario.frames_of(claim)
        ]
        places = [*named, scenario.reference_of(frame)]
        return next((self.pictures[one] for one in places if one in self.pictures), None)


def masks_of(scenario: Scenario, frame: str) -> tuple[str, str]:
    """Where a frame's mask may be: its own, then that of all frames."""
    return f"{scenario.id}/mask-{frame}", f"{scenario.id}/mask.png"
