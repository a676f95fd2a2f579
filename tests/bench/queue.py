"""Queue: 100 merge requests of which 10 are bad, by batches and one by one, on real git.

Every branch brings a test that is red alone and the work that makes it green, so main would be red
between them if both were on it; each commit along main's first parents is checked out and tested.
`told` is a gate whose red tests are those that a bad branch brought; with `blind`, bad work breaks
an old test that nobody touched, so that who it was has to be searched for. One by one takes a run
for each request, and one more for each bad one where, as here, nobody goes back on one red run.
"""  # noqa: A005 - a bench is called by its module's name; imports are absolute

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gastown.queue.outcome import Merged, Red
from tests.bench.table import Row, against
from tests.gastown.queue.given import (
    TreeGate,
    branch,
    bring_all,
    crowd,
    names,
    of_kind,
    on_main,
    red_commits,
)

REQUESTS, BAD, SEED = 100, 10, 6


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of all the requests."""

    gates: int
    right: int
    red: int


def rows() -> list[Row]:
    """Gate runs, verdicts that are right, and red commits of main."""
    found: list[Row] = []
    for name, tells in (("told", True), ("blind", False)):
        ours = carried(tells=tells)
        target = "≤ 0.5" if tells else "44 is the least that any search needs"
        found += [
            _against(f"{name}: beside one by one", ours.gates, REQUESTS, target),
            _against(f"{name}: beside that with a second run", ours.gates, REQUESTS + BAD),
            Row(f"{name}: verdicts that are right", ours.right, unit="requests", target="100"),
            Row(f"{name}: red commits of main", ours.red, unit="commits", target="0"),
        ]
    return found


def _against(name: str, ours: int, rival: int, target: str = "≤ 0.5") -> Row:
    return against(name, ours, rival, unit="gates", target=target)


def carried(*, tells: bool) -> Carried:
    """Let all of them ask at once, and judge what is on main then."""
    with tempfile.TemporaryDirectory() as folder:
        layout = crowd(Path(folder))
        beads = names(range(REQUESTS))
        bad = {*random.Random(SEED).sample(beads, BAD)}
        for bead in beads:
            branch(layout, bead, work="bad" if bead in bad else "good")
        gate = TreeGate(tells=tells)
        told = bring_all(layout, beads, gate)
        good = {*beads} - bad
        right = (of_kind(told, Merged) & good) | (of_kind(told, Red) & bad)
        if sorted(on_main(layout)) != sorted(good):
            right = set()
        return Carried(gate.runs, len(right), len(red_commits(layout, gate)))
