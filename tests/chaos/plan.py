"""The plan of a siege: which blow falls when; pure, so that a seed says all of it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, cast, get_args

Kind = Literal[
    "kill run", "kill worker", "kill server", "kill agent", "kill git", "kill all",
    "restart server", "cut model", "cut origin", "disk full", "clock jump", "cut burst",
    "kill burst", "kill model",
]  # fmt: skip
KINDS = cast("tuple[Kind, ...]", get_args(Kind))
Place = Literal["endpoint", "local", "cloud"]
"""Where a town's model is: at an address, a file that the town serves, or in a cloud."""
ONLY: Mapping[Kind, Place] = {"cut burst": "cloud", "kill burst": "cloud", "kill model": "local"}
"""Blows whose victim is in such a town alone."""
JUMPS_S = (3_600, 90_000, -60)  # what was to begin at a time waits as long as it is set back
_EXTRA_S = 1.5  # a step of a small bead takes about that long
_WITHIN = 0.8  # of a town's steps: whoever is sought after the last ones is not there any more


@dataclass(frozen=True, slots=True)
class Blow:
    """One fault. It falls `delay_s` after so many steps of the town were `after` closed.

    `pick`, from 0 to 1, is which of several victims it hits and how far a short one gets; `hold_s`
    is how long a cut or a full disk lasts, `jump_s` how far a clock jumps.
    """

    kind: Kind
    after: int
    delay_s: float
    pick: float
    hold_s: float
    jump_s: int

    def __str__(self) -> str:
        more = {"clock jump": f" by {self.jump_s} s"}
        held = self.kind.startswith("cut") or self.kind == "disk full"
        length = f" for {self.hold_s:.1f} s" if held else more.get(self.kind, "")
        return f"{self.kind}{length}, {self.delay_s:.2f} s after step {self.after}"


def kinds_at(place: Place) -> tuple[Kind, ...]:
    """The blows that can meet somebody in such a town."""
    return tuple(kind for kind in KINDS if ONLY.get(kind, place) == place)


def plan(seed: int, *, steps: int, blows: int, kinds: Sequence[Kind] = KINDS) -> tuple[Blow, ...]:
    """So many blows in the order in which they fall, over a town that closes so many steps.

    Of two towns of neighbouring seeds one goes on with the kinds where the other ended, so that
    few towns suffer all of them. Where no kind is allowed there is no blow.
    """
    blows = blows if kinds else 0
    random = Random(seed)
    deck: list[Kind] = [kinds[(seed * blows + at) % len(kinds)] for at in range(blows)]
    random.shuffle(deck)
    moments = sorted(int(random.random() * steps * _WITHIN) for _ in range(blows))
    return tuple(
        Blow(
            kind=kind,
            after=after,
            delay_s=random.uniform(0, _EXTRA_S),
            pick=random.random(),
            hold_s=random.uniform(1, 6),
            jump_s=random.choice(JUMPS_S),
        )
        for kind, after in zip(deck, moments, strict=True)
    )
