"""`python -m deployments.prefect_server …`: Prefect's command, with its garbage taken aside.

On SQLite a Prefect server may stop answering for a minute, idle or not. Its event loop, when it
collects garbage, may come upon a cursor of a connection that waits for the database in a thread of
its own; to take the cursor away it waits for that connection, and whoever holds the database waits
for the loop. SQLite's busy timeout, 60 s, ends it. So nothing is collected in the loop's thread: a
thread beside it does that, and may wait as long as it takes.
"""

import gc
import runpy
import sys
import threading
import time

_EVERY_S = 0.5
_FULL = 120  # one in so many looks at everything, not at what is new alone


def collect_aside() -> None:
    """Collect this process's garbage in a thread, and from now on nowhere else."""
    gc.disable()
    threading.Thread(target=_collect, name="garbage", daemon=True).start()


def _collect() -> None:
    rounds = 0
    while True:
        time.sleep(_EVERY_S)
        rounds += 1
        if rounds % _FULL:
            gc.collect(1)
            continue
        gc.collect()
        if rounds == _FULL:
            gc.freeze()  # modules and settings stay for good: no need to look at them again


if __name__ == "__main__":
    collect_aside()
    sys.argv[0] = "prefect"
    runpy.run_module("prefect", run_name="__main__")
