"""Queue: 100 merge requests of which 10 are bad, by batches and one by one, on real git.

Every branch brings a test that is red alone and the work that makes it green, so main would be red
between them if both were on it; each commit along main's first parents is checked out and tested.
`told` is a gate whose red tests are those that a bad branch brought; with `blind`, bad work breaks
an old test that nobody touched, so that who it was has to be searched for. One by one is the same
queue with stacks of one, on the same requests and under the same rule: nobody goes back on one red
run. A queue without that rule takes a run for each request; that is a count, and was not run.
"""  # noqa: A005 - a bench is called by its module's name; imports are absolute

import random
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gastown.queue.outcome import Merged, Red
from gastown.queue.terms import ALONE, Terms
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
ONE_BY_ONE = Terms(most=1)


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of all the requests."""

    gates: int
    right: int
    red: int


def rows() -> list[Row]:
    """Gate runs, verdicts that are right, and red commits of main."""
    found: list[Row] = []
    for name, tells, target in (("told", True, "≤ 0.5"), ("blind", False, "≤ 0.5 on average")):
        ours, rival = carried(tells=tells), carried(tells=tells, terms=ONE_BY_ONE)
        found += [
            _runs(f"{name}: beside one by one, run here", ours, rival.gates, target),
            _runs(f"{name}: beside a count of one run each, not run", ours, REQUESTS),
            _fact(f"{name}: verdicts that are right", ours.right, rival.right, f"{REQUESTS}"),
            _fact(f"{name}: red commits of main", ours.red, rival.red, "0"),
        ]
    return found


def _runs(name: str, ours: Carried, rival: int, target: str = "") -> Row:
    return against(name, ours.gates, rival, unit="gates", target=target)


def _fact(name: str, ours: int, rival: int, target: str) -> Row:
    return Row(name, ours, rival, unit="", target=target)


def carried(*, tells: bool, terms: Terms = ALONE) -> Carried:
    """Let all of them ask at once, and judge what is on main then."""
    with tempfile.TemporaryDirectory() as folder:
        layout = crowd(Path(folder))
        beads = names(range(REQUESTS))
        bad = {*random.Random(SEED).sample(beads, BAD)}
        for bead in beads:
            branch(layout, bead, work="bad" if bead in bad else "good")
        gate = TreeGate(tells=tells)
        told = bring_all(layout, beads, gate, terms)
        good = {*beads} - bad
        right = (of_kind(told, Merged) & good) | (of_kind(told, Red) & bad)
        if sorted(on_main(layout)) != sorted(good):
            right = set()
        return Carried(gate.runs, len(right), len(red_commits(layout, gate)))
