"""Scout: ten thousand public items through Bug Scout's store, its reader killed -9 three times.

Real processes, sockets and git. Nothing may be lost or doubled, and another reading adds nothing.
"""

import random
import tempfile
import time
from collections import Counter
from pathlib import Path

from gastown.beads.ledger import utc_now
from gastown.feedback.inbox import Inbox
from gastown.feedback.record import record_id
from gastown.feedback.rehearsal.server import PublicServer
from gastown.feedback.rehearsal.world import crowd
from gastown.feedback.store import Store
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
    inbox = Inbox({"bug-scout": Store(path)}, utc_now)
    start = time.perf_counter()
    inbox.topics()
    first = time.perf_counter() - start
    inbox.topics()
    return [
        Row("reading and storing all, kills included", taken, unit="s"),
        Row("reading when nothing is new", again, unit="s"),
        Row("the inbox's topics, the first time", first, unit="s"),
        Row("and from then on", time.perf_counter() - start - first, unit="s", target="< 0.5"),
    ]
