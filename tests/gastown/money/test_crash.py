"""Real processes on one spend ledger: no overspending, and a killed one's money is not lost."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from gastown.machine.holder import is_dead
from gastown.money.entry import Bid, Who
from gastown.money.scope import Scope
from gastown.money.sqlite import SqliteSpendLedger

DAY = Scope("day", day="2026-01-29", cap=10_000)
SPENDER = """
    import random, sys
    from pathlib import Path
    from gastown.machine.holder import holder
    from gastown.money.entry import Bid, Refused, Spent, Who
    from gastown.money.scope import Scope
    from gastown.money.sqlite import SqliteSpendLedger
    from gastown.stage import Usage

    path, number, then = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    ledger, rng = SqliteSpendLedger(path), random.Random(number)
    who, day = Who(f"a{number}", holder=holder()), Scope("day", day="2026-01-29", cap=10_000)
    for turn in range(12):
        worst = rng.randint(1, 900)
        got = ledger.reserve(Bid(who, turn, worst, day.day, (day,)))
        if then == "hang":
            print("reserved", worst, flush=True)
            sys.stdin.read()
        if not isinstance(got, Refused):
            ledger.settle(got, Spent(Usage(requests=1, micro_usd=rng.randint(0, worst))))
"""


def spender(path, number: int, then: str = "end") -> "subprocess.Popen[str]":
    argv = [sys.executable, "-c", textwrap.dedent(SPENDER), str(path), str(number), then]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(argv, text=True, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_processes_at_once_never_overspend(tmp_path):
    path = tmp_path / "spend.db"
    crowd = [spender(path, number) for number in range(4)]
    for process in crowd:
        process.communicate(timeout=100)

    ledger = SqliteSpendLedger(path)
    assert [process.returncode for process in crowd] == [0] * 4
    assert ledger.open() == []
    standing = ledger.standing(DAY)
    assert 0 < standing.taken <= 10_000
    assert standing.settled == sum(entry.micro_usd for entry in ledger.entries())


def test_what_a_killed_process_had_reserved_is_spent_once(tmp_path):
    path = tmp_path / "spend.db"
    with spender(path, 1, "hang") as process:
        assert process.stdout is not None
        worst = int(process.stdout.readline().split()[1])
        ledger = SqliteSpendLedger(path)
        assert ledger.settle_lost(is_dead) == []
        process.send_signal(signal.SIGKILL)
        process.wait()

    (entry,) = ledger.settle_lost(is_dead)

    assert (entry.end, entry.micro_usd) == ("unknown", worst)
    assert ledger.settle_lost(is_dead) == []
    assert (ledger.standing(DAY).settled, ledger.standing(DAY).reserved) == (worst, 0)


@pytest.mark.parametrize("verb", ["UPDATE entries SET micro_usd = 0", "DELETE FROM entries"])
def test_the_record_cannot_be_changed_afterwards(tmp_path, verb):
    ledger = SqliteSpendLedger(tmp_path / "spend.db")
    got = ledger.reserve(Bid(Who("a"), 1, 5, "2026-01-29"))
    ledger.release(got)  # pyright: ignore[reportArgumentType]
    db = sqlite3.connect(ledger.path)

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(verb)
    db.close()
