"""The feed over a ledger of 100,000 events, and 30 agents writing while its readers are killed.

Rival of reading: the same rows by SELECT, their data parsed, and nothing told.
"""

import json
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gastown.beads.bead import Draft
from gastown.beads.sqlite import SqliteLedger
from gastown.convoys.molecule import pour
from gastown.feed.reader import Reader, newest
from gastown.feed.wanted import Wanted
from gastown.formula.plan import Plan, PlannedStep
from tests.bench.ledger import fastest, timed
from tests.bench.table import Row, against
from tests.gastown.feed.soak import READERS, soak

EVENTS = 100_000
CONVOYS, BEADS = 250, 8
AGENTS, SECONDS = 30, 20.0
RIGS = {"sk": "core"}
_MORE = "INSERT INTO events (bead, kind, actor, at, data) VALUES (?, ?, ?, ?, ?)"
_AT = 1_770_000_000_000_000


def rows(seconds: float = SECONDS) -> list[Row]:
    """Reading, then the soak; `seconds` is how long agents write."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "beads.db"
        with SqliteLedger(path) as ledger:
            fill(ledger)
            measured = reading(ledger)
        return measured + soaking(Path(folder) / "soak", seconds)


def fill(ledger: SqliteLedger) -> None:
    """Convoys of two steps a bead, then what happened to the steps, again and again."""
    steps = [step for number in range(CONVOYS) for step in convoy(ledger, number)]
    with sqlite3.connect(ledger.path) as db:
        db.executemany(_MORE, history(steps, EVENTS - ledger.last_event()))
    db.close()


def convoy(ledger: SqliteLedger, number: int) -> list[str]:
    """One convoy with its beads and its molecule; the beads of its steps."""
    drafts = [Draft(title=f"change {n} of {number}", prefix="sk") for n in range(BEADS)]
    beads = [bead.id for bead in ledger.create_many(drafts, actor="ann")]
    made = ledger.create(
        Draft(title=f"convoy {number}", infix="cv", issue_type="convoy", tracks=tuple(beads))
    )
    planned = [
        PlannedStep(
            key=f"{role}[{bead}]",
            step=role,
            title=f"{role} {bead}",
            role=role,
            bead=bead,
            rig="core",
            description="What is to be done, and how one sees that it is. " * 20,
        )
        for bead in beads
        for role in ("polecat", "refinery")
    ]
    plan = Plan(formula="convoy", digest="d", convoy=made.id, steps=tuple(planned))
    return list(pour(ledger, plan).beads.values())


def history(steps: list[str], count: int) -> Iterator[tuple[Any, ...]]:
    """Claims and closes, one after the other."""
    for number in range(count):
        bead = steps[number // 2 % len(steps)]
        if number % 2:
            yield bead, "closed", "", _AT + number, '{"reason": "4 passed (pytest 9.2.0)"}'
        else:
            yield bead, "claimed", "pc:1:2.00", _AT + number, '{"token": 1}'


def reading(ledger: SqliteLedger) -> list[Row]:
    """The whole, the newest lines, what came since, and a look at nothing new."""
    db, last = sqlite3.connect(ledger.path), ledger.last_event()

    def select() -> list[Any]:
        sql = "SELECT seq, bead, kind, actor, at, data FROM events ORDER BY seq"
        return [(*row[:5], json.loads(row[5])) for row in db.execute(sql)]

    def told(place: int) -> int:
        return sum(1 for _ in Reader(ledger, RIGS, place).rest())

    whole, plain = timed(lambda: told(0)), timed(select)
    idle = Reader(ledger, RIGS, last)
    rest, tail, nothing = fastest(
        lambda: told(last - 100), lambda: newest(ledger, RIGS, Wanted(), 30), idle.page
    )
    db.close()
    return [
        against(f"all {last:,} events told; rival: SELECT", whole, plain, target="below 10 s"),
        Row("the newest 30 lines", tail, target="below 100 ms"),
        Row("the 100 events after a cursor", rest, target="below 100 ms"),
        Row("a look when there is nothing new", nothing, target="below 1 ms"),
    ]


def soaking(folder: Path, seconds: float) -> list[Row]:
    """Agents in processes of their own, and readers that die."""
    folder.mkdir()
    found = soak(folder, agents=AGENTS, seconds=seconds)
    who = f"{AGENTS} agents for {seconds:.0f} s, {READERS} readers killed {found.kills} times"
    lags = statistics.quantiles(found.lags, n=100)
    return [
        Row(f"{who}: lines written", found.sent, unit=""),
        Row(f"{who}: from written to printed, median", lags[49] * 1000),
        Row(f"{who}: the same, p99, deaths included", lags[98] * 1000),
        Row(f"{who}: lines lost", found.lost, unit="", target="0"),
        Row(f"{who}: lines twice", found.twice, unit="", target="0"),
        Row(f"{who}: senders out of order", found.disordered, unit="", target="0"),
    ]
