"""Scout: ten thousand public items through Bug Scout's store, its reader killed -9 three times.

Real processes, sockets and git. Nothing may be lost or doubled, and another reading adds nothing.
"""

import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from gastown.feedback.record import record_id
from gastown.feedback.rehearsal.server import PublicServer
from gastown.feedback.rehearsal.world import crowd
from gastown.feedback.store import Store
from gastown.feedback.weigh import topics_of
from gastown.rigs.git import Repo
from tests.bench.table import Row
from tests.blocks.sources.sweeper import CHANGES_A_PAGE
from tests.blocks.sources.test_killed import sweep, tree

ITEMS = 10_000
PAGE = 100
KILLS = 3


def rows() -> list[Row]:
    """Losses and doubles under three kills, then how long each part takes."""
    with tempfile.TemporaryDirectory() as folder, PublicServer() as server:
        server.world.put(*crowd(ITEMS))
        store, start = Path(folder, "bug-scout"), time.perf_counter()
        killed = [sweep(store, server.url, at) for at in _deaths()]
        sweep(store, server.url)
        taken = time.perf_counter() - start
        before = tree(store)
        again = time.perf_counter()
        sweep(store, server.url)
        again = time.perf_counter() - again
        return [*_losses(store, killed), *_same(store, before), *_times(store, taken, again)]


def _deaths() -> list[int]:
    """Changes of the world at which the reader dies, each at some page."""
    chance = random.Random(4)
    share = ITEMS // PAGE // (KILLS + 1)
    return [CHANGES_A_PAGE * share + chance.randrange(CHANGES_A_PAGE) for _ in range(KILLS)]


def _losses(path: Path, killed: list[int]) -> list[Row]:
    found = Counter(record.id for record in Store(path).records())
    wanted = {record_id("public", f"issue-{number}") for number in range(1, ITEMS + 1)}
    doubled = sum(count - 1 for count in found.values()) + len(found.keys() - wanted)
    return [
        Row("readers killed with -9", killed.count(-9), unit="", target=f"{KILLS}"),
        Row("items lost", len(wanted - found.keys()), unit="", target="0"),
        Row("items doubled", doubled, unit="", target="0"),
        Row("files that git does not have", len(Repo(path).status()), unit="", target="0"),
    ]


def _same(path: Path, before: list[str]) -> list[Row]:
    changed = len(set(before) ^ set(tree(path)))
    return [Row("records that another reading changed", changed, unit="", target="0")]


def _times(path: Path, taken: float, again: float) -> list[Row]:
    start = time.perf_counter()
    records = Store(path).records()
    read = time.perf_counter() - start
    topics_of("bug-scout", records)
    joined = time.perf_counter() - start - read
    return [
        Row("reading and storing all, kills included", taken, unit="s"),
        Row("reading when nothing is new", again, unit="s"),
        Row("loading all records", read, unit="s"),
        Row("joining them into topics", joined, unit="s"),
    ]
