"""The server's garbage is collected beside its event loop, which never waits for a database."""

import subprocess
import sys

import pytest

# One connection holds the database and gives it back after some turns of the loop. Another waits
# for it in a thread; a cursor of that one, whose answer nobody read, is garbage, in a cycle.
SCENE = """
import asyncio, gc, sqlite3, sys, threading, time
from deployments.prefect_server import collect_aside

async def main(path):
    holder = sqlite3.connect(path, isolation_level=None)
    waiter = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=3)
    holder.execute("PRAGMA journal_mode = WAL")  # as Prefect has it
    holder.execute("CREATE TABLE t AS SELECT 1 AS x UNION SELECT 2")
    gc.disable()
    if sys.argv[2] == "aside":
        collect_aside()
    holder.execute("BEGIN IMMEDIATE")
    said = []
    def wait():
        try:
            waiter.execute("BEGIN IMMEDIATE")
            said.append("it got the database")
        except sqlite3.OperationalError as error:
            said.append(str(error))
    left = [waiter.execute("PRAGMA busy_timeout = 3000")]
    left.append(left)
    thread = threading.Thread(target=wait)
    thread.start()
    await asyncio.sleep(0.3)
    del left
    if sys.argv[2] != "aside":
        gc.collect()
    await asyncio.sleep(0.7)
    holder.execute("COMMIT")
    while thread.is_alive():
        await asyncio.sleep(0.05)
    print(*said)

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.parametrize(
    ("how", "said"), [("aside", "it got the database"), ("in the loop", "database is locked")]
)
def test_who_waits_for_the_database_gets_it_only_where_garbage_is_collected_aside(
    tmp_path, how, said
):
    argv = [sys.executable, "-c", SCENE, str(tmp_path / "db"), how]
    done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60)

    assert done.stdout.strip() == said
