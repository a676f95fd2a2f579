"""Covered: what a measuring run saw of the changed lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Changed = Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Covered:
    """`code` are the changed lines that hold code, `ran` all lines that were run, by path.

    `why` says why there is neither.
    """

    tool: str = ""
    code: Changed = field(default_factory=dict[str, frozenset[int]])
    ran: Changed = field(default_factory=dict[str, frozenset[int]])
    why: str = ""
