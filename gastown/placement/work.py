"""Work: what a session of each role reads and writes, and in how many turns.

Assumptions for the benchmark, not measurements: W1 is one request per session, W2 an agent that
takes turns. `fresh` are input tokens that are not in the cache of a server that kept the last turn.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Work(NamedTuple):
    """Tokens of one session, its turns, and the seconds that its tools take."""

    fresh: int
    billed: int
    out: int
    turns: int
    tools_s: float


W1: Final[Mapping[str, Work]] = {
    "defender": Work(10_000, 10_000, 4_000, 1, 10),
    "polecat": Work(6_000, 6_000, 2_000, 1, 20),
    "refinery": Work(8_000, 8_000, 3_000, 1, 10),
    "watchdog": Work(12_000, 12_000, 1_500, 1, 5),
    "librarian": Work(8_000, 8_000, 1_000, 1, 5),
    "gauger": Work(6_000, 6_000, 1_000, 1, 65),
    "spotter": Work(20_000, 20_000, 1_500, 1, 90),
}
W2: Final[Mapping[str, Work]] = {
    "defender": Work(10_000, 48_000, 6_000, 6, 20),
    "polecat": Work(10_000, 70_000, 5_000, 10, 60),
    "refinery": Work(10_000, 48_000, 6_000, 6, 20),
    "watchdog": Work(12_000, 40_000, 2_000, 4, 10),
    "librarian": Work(10_000, 24_000, 2_000, 3, 10),
    "gauger": Work(7_000, 20_000, 1_500, 4, 60),
    "spotter": Work(20_000, 176_000, 4_000, 8, 90),
}
