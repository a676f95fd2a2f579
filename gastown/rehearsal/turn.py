"""Turn: one scripted answer, as frozen values.

A turn is what a model would say in one message: some text, some tool calls, or both. `cases` let
an answer depend on the images of the request, so that a rehearsed Spotter cannot pass a frame
that differs from the reference.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Cue:
    """What an answer is looked up by. `round` counts from 1, `turn` from 0."""

    role: str
    key: str
    round: int = 1
    turn: int = 0

    def __str__(self) -> str:
        return f"role {self.role!r}, key {self.key!r}, round {self.round}, turn {self.turn}"


@dataclass(frozen=True, slots=True)
class Call:
    """One tool call of an answer."""

    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Case:
    """Text said only when the request's `image`-th picture (from 1) has these `pixels`.

    `image` 0 asks it of every picture, and that there is one.
    """

    image: int
    pixels: str
    text: str

    def holds(self, images: Sequence[str]) -> bool:
        """Whether it is to be said, given the pixel digests of the request's pictures."""
        if self.image == 0:
            return set(images) == {self.pixels}
        return self.image <= len(images) and images[self.image - 1] == self.pixels


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of the model."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    cases: tuple[Case, ...] = ()


def settle(turn: Turn, images: Sequence[str]) -> Turn:
    """The turn with its text chosen; `images` are the pixel digests of the request's pictures."""
    text = next((case.text for case in turn.cases if case.holds(images)), turn.text)
    return replace(turn, text=text, cases=())
