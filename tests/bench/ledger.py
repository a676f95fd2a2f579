"""The ledger against SQLite itself: the same rows, read and written straight, in the same run."""

import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from gastown.beads.bead import Bead, Draft
from gastown.beads.sqlite import SqliteLedger
from tests.bench.table import Row, against
from tests.gastown.beads.hammer import hammer

BEADS = 10_000
CLOSES = 300
ROUNDS = 7
WRITERS, SECONDS = 30, 20.0
LEASE = timedelta(minutes=5)

Work = Callable[[], object]


def rows() -> list[Row]:
    """Reading, one write, and many writers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "beads.db"
        with SqliteLedger(path) as ledger:
            fill(ledger)
            measured = [*reading(ledger), writing(ledger, Path(folder) / "plain.db")]
        return measured + hammering(Path(folder) / "many.db")


def fill(ledger: SqliteLedger) -> None:
    """Epics of ten steps: half of the steps in a row, half free; a description on each."""
    for epic in range(BEADS // 10):
        steps = [
            Draft(
                title=f"step {n} of {epic}",
                parent="@0",
                description="What is to be done, and how one sees that it is. " * 6,
                labels=("bench", f"n:{n}"),
                needs=(f"@{n - 1}",) if n > 5 else (),
                metadata={"role": "polecat", "n": n},
            )
            for n in range(1, 10)
        ]
        ledger.create_many([Draft(title=f"epic {epic}", issue_type="epic"), *steps])


def reading(ledger: SqliteLedger) -> list[Row]:
    """`ready` in full and for the next twenty."""
    db = sqlite3.connect(ledger.path)
    rows = [row for limit in (None, 20) for row in reading_at_most(limit, ledger, db)]
    db.close()
    return rows


def reading_at_most(limit: int | None, ledger: SqliteLedger, db: sqlite3.Connection) -> list[Row]:
    """The same beads by `ready`, as text by their ids, and read from that text."""
    names = json.dumps([bead.id for bead in ledger.ready(limit=limit)])

    def select() -> list[str]:
        sql = "SELECT b.body FROM json_each(?) j JOIN beads b ON b.id = j.value"
        return [row[0] for row in db.execute(sql, (names,))]

    def parse() -> list[Bead]:
        return [Bead.model_validate_json(body) for body in select()]

    ours, plain, parsed = fastest(lambda: ledger.ready(limit=limit), select, parse)
    what = f"ready, {len(select())} of {BEADS} beads"
    return [
        against(f"{what}; rival: SELECT of their text", ours, plain),
        against(f"{what}; rival: SELECT, read into beads", ours, parsed),
    ]


def writing(ledger: SqliteLedger, path: Path) -> Row:
    """Claim and close, against the same rows written straight, in two transactions too."""
    beads = ledger.ready(limit=CLOSES)
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("CREATE TABLE beads (id TEXT PRIMARY KEY, status TEXT, body TEXT)")
    db.execute("CREATE TABLE claims (bead TEXT PRIMARY KEY, holder TEXT, token INTEGER)")
    db.execute("CREATE TABLE events (seq INTEGER PRIMARY KEY, bead TEXT, kind TEXT)")
    everything = [(b.id, b.status, b.model_dump_json()) for b in ledger.find()]
    db.executemany("INSERT INTO beads VALUES (?, ?, ?)", everything)
    ours = [timed(lambda b=bead: claim_and_close(ledger, b)) for bead in beads]
    plain = [timed(lambda b=bead: write_straight(db, b)) for bead in beads]
    db.close()
    return against("one claim and close", statistics.median(ours), statistics.median(plain))


def claim_and_close(ledger: SqliteLedger, bead: Bead) -> None:
    """What a stage does to its step."""
    claim = ledger.claim(bead.id, "host:1:2", LEASE)
    ledger.close(bead.id, "done", evidence={"commit": "abc"}, token=claim.token)


def write_straight(db: sqlite3.Connection, bead: Bead) -> None:
    """The same rows without any thought."""
    body = bead.model_dump_json()
    for status in ("in_progress", "closed"):
        db.execute("BEGIN IMMEDIATE")
        db.execute("SELECT body FROM beads WHERE id = ?", (bead.id,)).fetchone()
        db.execute("UPDATE beads SET status = ?, body = ? WHERE id = ?", (status, body, bead.id))
        db.execute("INSERT OR REPLACE INTO claims VALUES (?, ?, ?)", (bead.id, "host:1:2", 1))
        db.execute("INSERT INTO events (bead, kind) VALUES (?, ?)", (bead.id, status))
        db.execute("COMMIT")


def hammering(path: Path) -> list[Row]:
    """Thirty processes at once, and what they lost."""
    blows = hammer(path, writers=WRITERS, seconds=SECONDS)
    lost = blows.lost_increments + blows.lost_beads
    twice = sum(beads for times, beads in blows.prizes.items() if times != 1)
    who = f"{WRITERS} writers for {SECONDS:.0f} s"
    return [
        Row(f"{who}: writes", blows.writes / blows.seconds, unit="per s"),
        Row(f"{who}: longest wait of one write", blows.slowest * 1000),
        Row(f"{who}: lost updates", lost, unit="", target="0"),
        Row(f"{who}: beads not claimed by exactly one", twice, unit="", target="0"),
    ]


def fastest(*works: Work) -> list[float]:
    """The shortest of some rounds of each, taken in turn, in milliseconds."""
    times = [[timed(work) for work in works] for _ in range(ROUNDS)]
    return [min(column) for column in zip(*times, strict=True)]


def timed(work: Work) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
