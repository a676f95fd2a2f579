"""Hand-over: from a lease that is given back to the next that is held, beside Prefect's own wait.

Each waiter holds for 20 ms and notes when it got its lease and when it gave it back; the pause
between one's end and the next one's start is the hand-over. Prefect's rival is its blocking
`concurrency()` on a limit of one, against a server in the same run, with the setting that keeps its
waits short; both sides take turns in the same process, or each in as many processes.
"""

import itertools
import json
import multiprocessing
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from gastown.machine.admission.ask import Ask, Demand
from gastown.machine.admission.gate import Gate
from gastown.machine.admission.ledger import AdmissionLedger
from gastown.machine.admission.offer import Fixed
from gastown.machine.capacity import Capacity
from tests.bench.drive import server
from tests.bench.table import Row, against

HOLD_S = 0.02
ROUNDS = 10  # with one waiter; fewer where each has more hand-overs
WAITERS = (1, 5, 20)
LIMIT = "bench-hand-over"
ONE = Fixed(Capacity(sandboxes=1))

Holding = Callable[[], AbstractContextManager[object]]
Span = tuple[float, float]


def rows() -> list[Row]:
    """p50 and p95 in milliseconds, of all hand-overs of some rounds."""
    with tempfile.TemporaryDirectory() as folder, server():
        make_limit()
        return [
            row
            for waiters in WAITERS
            for kind in ("threads", "processes")
            for row in measured(Path(folder), waiters, kind)
        ]


def measured(folder: Path, waiters: int, kind: str) -> list[Row]:
    """One shape: the waiters, and one who holds first."""
    run = in_threads if kind == "threads" else in_processes
    rounds = max(1, ROUNDS // waiters)
    ours = [one for _ in range(rounds) for one in gaps(run(waiters + 1, str(folder / "a.db")))]
    theirs = [one for _ in range(rounds) for one in gaps(run(waiters + 1, ""))]
    aim = "≤ 150 ms" if (waiters, kind) == (20, "processes") else "≤ 50 ms"
    name = f"hand-over, {waiters} waiting {kind}"
    return [
        against(f"{name}, p50", statistics.median(ours), statistics.median(theirs)),
        against(f"{name}, p95", p95(ours), p95(theirs), target=aim),
    ]


def gaps(spans: Iterable[Span]) -> list[float]:
    """Milliseconds from each end to the next start."""
    order = sorted(spans)
    return [(b[0] - a[1]) * 1000 for a, b in itertools.pairwise(order)]


def p95(values: list[float]) -> float:
    """The value that one of twenty exceeds."""
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


def in_threads(count: int, path: str) -> list[Span]:
    """All at once in this process."""
    found: list[Span] = []

    def go(holding: Holding) -> None:
        found.append(hold(holding))

    with Way(path) as way:
        threads = [threading.Thread(target=go, args=(way.holding,)) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return found


def in_processes(count: int, path: str) -> list[Span]:
    """Each in a process that is warm before all begin together."""
    context = multiprocessing.get_context("spawn")
    barrier, spans = context.Barrier(count), context.Queue()
    url = api_url()
    processes = [
        context.Process(target=alone, args=(path, url, barrier.wait, spans.put))
        for _ in range(count)
    ]
    for process in processes:
        process.start()
    found = [tuple(json.loads(spans.get(timeout=240))) for _ in processes]
    for process in processes:
        process.join()
    return [(start, end) for start, end in found]


def alone(path: str, url: str, begin: Callable[[], object], say: Callable[[str], None]) -> None:
    """One process of `in_processes`."""
    from contextlib import nullcontext

    with nullcontext() if path else at(url), Way(path) as way:
        begin()
        say(json.dumps(hold(way.holding)))


def hold(holding: Holding) -> Span:
    """Hold once; when it began and ended, on the clock that all processes share."""
    with holding():
        start = time.monotonic()
        time.sleep(HOLD_S)
        end = time.monotonic()
    return start, end


class Way:
    """Ours with a ledger's path, Prefect's without one."""

    def __init__(self, path: str) -> None:
        self.gate = Gate(AdmissionLedger(Path(path)), lambda: ONE) if path else None
        self.ask = Ask("bench", Demand(Capacity(sandboxes=1)))
        if not path:
            from prefect.concurrency.sync import concurrency

            self.theirs: Holding = lambda: concurrency(LIMIT, occupy=1, strict=True)

    def holding(self) -> AbstractContextManager[object]:
        """A lease, or a slot of the limit."""
        return self.theirs() if self.gate is None else self.gate.admitted(self.ask)

    def __enter__(self) -> "Way":  # noqa: PYI034 - nobody inherits from it
        return self

    def __exit__(self, *_: object) -> None:
        if self.gate is not None:
            self.gate.close()
            self.gate.ledger.close()


def api_url() -> str:
    """Of the server of this run."""
    from prefect.settings import PREFECT_API_URL

    return str(PREFECT_API_URL.value())


def at(url: str) -> AbstractContextManager[object]:
    """Prefect's client in another process talks to the same server."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    return temporary_settings({PREFECT_API_URL: url})


def make_limit() -> None:
    """One slot."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(LIMIT, 1)
