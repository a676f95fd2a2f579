"""Many processes writing to one store at once, and the count of what got lost."""

import json
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from gastown.beads.bead import Draft
from gastown.beads.sqlite import SqliteLedger
from gastown.errors import ClaimedError

COUNTERS = 10
PRIZES = 60
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Blows:
    """What came of it.

    Counted were increments that a writer was told of and the store lacks (or has too many of),
    beads a writer created and closed that are not there and closed, and prizes (beads that every
    writer tried to claim) by how often they were won.
    """

    writes: int
    seconds: float
    slowest: float
    lost_increments: int
    lost_beads: int
    prizes: Counter[int]


def hammer(path: Path, *, writers: int, seconds: float) -> Blows:
    """Let `writers` processes write for so long, then count."""
    with SqliteLedger(path) as ledger:
        counters = ledger.create_many(
            [Draft(title=f"counter {n}", metadata={"count": 0}) for n in range(COUNTERS)]
        )
        prizes = ledger.create_many([Draft(title=f"prize {n}") for n in range(PRIZES)])
    told = _run(
        path, [b.id for b in counters], [b.id for b in prizes], writers=writers, seconds=seconds
    )
    won = Counter(prize for one in told for prize in one["won"])
    made = {bead for one in told for bead in one["made"]}
    with SqliteLedger(path) as ledger:
        counted = sum(ledger.show(b.id).metadata["count"] for b in counters)
        closed = {bead.id for bead in ledger.find(status="closed")}
    return Blows(
        writes=sum(one["writes"] for one in told),
        seconds=max(one["seconds"] for one in told),
        slowest=max(one["slowest"] for one in told),
        lost_increments=abs(sum(one["increments"] for one in told) - counted),
        lost_beads=len(made ^ closed),
        prizes=Counter(won[b.id] for b in prizes),
    )


def _run(
    path: Path, counters: Sequence[str], prizes: Sequence[str], *, writers: int, seconds: float
) -> list[dict[str, Any]]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    gate = context.Barrier(writers)
    reports = [path.with_name(f"writer-{n}.json") for n in range(writers)]
    processes = [
        context.Process(target=_write, args=(path, gate, counters, prizes, seconds, report))
        for report in reports
    ]
    try:
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    finally:
        for process in processes:
            process.kill()
    return [json.loads(report.read_text()) for report in reports]


def _write(
    path: Path,
    gate: Any,
    counters: Sequence[str],
    prizes: Sequence[str],
    seconds: float,
    report: Path,
) -> None:
    with SqliteLedger(path) as ledger:
        writer = Writer(ledger, report.stem)
        gate.wait()
        start = time.monotonic()
        for prize in random.sample(prizes, len(prizes)):
            writer.race(prize)
        while time.monotonic() - start < seconds:
            writer.increment(random.choice(counters))
            writer.finish_a_bead()
        told = writer.told() | {"seconds": time.monotonic() - start}
    report.write_text(json.dumps(told))


class Writer:
    """One process's writing, and what it was told of it."""

    def __init__(self, ledger: SqliteLedger, name: str) -> None:
        self._ledger = ledger
        self._name = name
        self._won: list[str] = []
        self._made: list[str] = []
        self._increments = 0
        self._writes = 0
        self._slowest = 0.0

    def told(self) -> dict[str, Any]:
        """What the ledger said was done."""
        return {
            "won": self._won,
            "made": self._made,
            "increments": self._increments,
            "writes": self._writes,
            "slowest": self._slowest,
        }

    def race(self, prize: str) -> None:
        """Try to be the one who claims it."""
        try:
            self._timed(lambda: self._ledger.claim(prize, self._name, LEASE))
        except ClaimedError:
            return
        self._won.append(prize)

    def increment(self, counter: str) -> None:
        """Read, add one, write: safe only under a claim."""
        try:
            claim = self._timed(lambda: self._ledger.claim(counter, self._name, LEASE))
        except ClaimedError:
            return
        count = self._ledger.show(counter).metadata["count"] + 1
        changes = {"metadata": {"count": count}}
        self._timed(lambda: self._ledger.update(counter, changes, token=claim.token))
        self._increments += 1
        self._timed(lambda: self._ledger.release(claim))

    def finish_a_bead(self) -> None:
        """Create, claim and close one."""
        draft = Draft(title=f"{self._name} {len(self._made)}", labels=(self._name,))
        bead = self._timed(lambda: self._ledger.create(draft)).id
        claim = self._timed(lambda: self._ledger.claim(bead, self._name, LEASE))
        self._timed(lambda: self._ledger.close(bead, "done", token=claim.token))
        self._made.append(bead)

    def _timed(self, call: Any) -> Any:
        start = time.monotonic()
        result = call()
        self._slowest = max(self._slowest, time.monotonic() - start)
        self._writes += 1
        return result
