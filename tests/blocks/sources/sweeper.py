"""A sweep in a process that may die: `python -m tests.blocks.sources.sweeper STORE URL DIE_AT`.

It counts what changes the world: programs that are started and files that are moved. At number
DIE_AT (0: never) the process group kills itself with -9, before the change.
"""

import os
import signal
import sys
from pathlib import Path

from blocks.sources.open import Opening
from gastown.beads.ledger import utc_now
from gastown.feedback.store import Store
from gastown.feedback.sweep import Sweeper
from gastown.town.tables.sources import SourceTable

CHANGES = {"subprocess.Popen", "os.rename"}
CHANGES_A_PAGE = 206
"""A hundred records are two hundred files; the rest is a cursor and git."""


def watch(die_at: int) -> None:
    """End the process at its `die_at`-th change of the world, whatever it started with it."""
    count = 0

    def heard(event: str, _: object) -> None:
        nonlocal count
        if event in CHANGES:
            count += 1
            if count == die_at:
                os.killpg(0, signal.SIGKILL)

    sys.addaudithook(heard)


def main(store: Path, url: str, die_at: int) -> int:
    """Sweep the rehearsed issues; how many were new."""
    table = SourceTable.model_validate({"kind": "github-issues", "repo": "acme/game", "api": url})
    source = Opening({}).open("public", table)
    at = Sweeper(Store(store), b"salt", utc_now, lambda _: None)
    with at.store.reading():
        watch(die_at)
        done = at.sweep(source)
    return 0 if not done.why else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
