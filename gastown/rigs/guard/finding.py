"""Fault: one name in one line that exists nowhere, and what to write instead."""

from collections.abc import Iterable
from typing import NamedTuple

SHOWN = 12


class Fault(NamedTuple):
    """`certain`: the rig cannot run it; else a person or a model has to judge.

    `name` is what does not exist; empty where the fault is another.
    """

    file: str
    line: int
    rule: str
    text: str
    certain: bool = True
    name: str = ""

    @property
    def said(self) -> str:
        """`src/a.gd:3: …`."""
        return f"{self.file}:{self.line}: {self.text}"


def told(faults: Iterable[Fault]) -> str:
    """Faults for a model's eyes: what must change first, the rest counted."""
    ranked = sorted(faults, key=lambda one: (not one.certain, one.file, one.line))
    lines = [one.said if one.certain else f"{one.said} (look at it again)" for one in ranked]
    more = [f"… and {len(lines) - SHOWN} more"] * (len(lines) > SHOWN)
    return "\n".join([*lines[:SHOWN], *more])
