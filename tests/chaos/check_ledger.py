"""The checker's rules of beads, by SQL and JSON of its own; nothing of the town's code is asked."""

import json
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.chaos.verdict import Case, Fault


def rows(file: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What a read-only connection of its own finds."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return db.execute(query, values).fetchall()


def whole_files(case: Case) -> Iterator[Fault]:
    """Every database is as SQLite wants it."""
    files = [case.ledger, case.spend, case.root / ".town" / "admissions.db"]
    for file in files:
        for (said,) in rows(file, "PRAGMA integrity_check"):
            if said != "ok":
                yield Fault("whole-files", "lost", f"{file.name}: {said}")


def convoys_landed(case: Case) -> Iterator[Fault]:
    """Every convoy that was launched is closed because it landed, and once."""
    for convoy in case.convoys:
        closings = _events(case, convoy, "closed")
        if [str(one.get("reason")).partition(":")[0] for one in closings] != ["landed"]:
            sort = "doubled" if len(closings) > 1 else "lost"
            yield Fault("convoys-landed", sort, f"{convoy}: closed as {closings}")
        if (status := _status(case, convoy)) != "closed":
            yield Fault("convoys-landed", "lost", f"{convoy} is {status}")


def one_molecule(case: Case) -> Iterator[Fault]:
    """A convoy was poured once, however often it was begun."""
    found = rows(case.ledger, "SELECT body FROM beads WHERE issue_type = 'molecule'")
    poured = Counter(json.loads(body)["metadata"].get("convoy") for (body,) in found)
    for convoy in case.convoys:
        if poured[convoy] != 1:
            sort = "doubled" if poured[convoy] else "lost"
            yield Fault("one-molecule", sort, f"{convoy}: {poured[convoy]} molecules")


def closed_once(case: Case) -> Iterator[Fault]:
    """Every bead and every step was closed exactly once, and never opened again."""
    for bead in [*case.words, *_steps(case)]:
        closed, opened = (len(_events(case, bead, kind)) for kind in ("closed", "reopened"))
        if closed != 1 or opened:
            sort = "doubled" if closed > 1 else "lost"
            yield Fault("closed-once", sort, f"{bead}: {closed} times closed, {opened} reopened")
        if (status := _status(case, bead)) != "closed":
            yield Fault("closed-once", "lost", f"{bead} is {status}")


def nothing_claimed(case: Case) -> Iterator[Fault]:
    """No claim stands."""
    for bead, holder in rows(case.ledger, "SELECT bead, holder FROM claims WHERE stands"):
        yield Fault("nothing-claimed", "leaked", f"{bead} is held by {holder}")


def nothing_begun(case: Case) -> Iterator[Fault]:
    """No bead of the town is at work any more."""
    for (bead,) in rows(case.ledger, "SELECT id FROM beads WHERE status = 'in_progress'"):
        yield Fault("nothing-begun", "leaked", f"{bead} is in progress")


def shared_beads(case: Case) -> Iterator[Fault]:
    """The JSONL that git carries says the same: one line each, closed."""
    for path, ids in ((case.root, case.convoys), (case.origin, tuple(case.words))):
        argv = ["git", "-C", str(path), "show", "HEAD:.beads/issues.jsonl"]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        lines = [json.loads(line) for line in done.stdout.splitlines() if line]
        told = Counter(str(line["id"]) for line in lines)
        open_ones = {str(line["id"]) for line in lines if line["status"] != "closed"}
        for bead in ids:
            if told[bead] != 1:
                sort = "doubled" if told[bead] else "lost"
                yield Fault("shared-beads", sort, f"{bead}: {told[bead]} lines in {path.name}")
            elif bead in open_ones:
                yield Fault("shared-beads", "lost", f"{bead} is not closed in {path.name}")


def _events(case: Case, bead: str, kind: str) -> list[dict[str, Any]]:
    query = "SELECT data FROM events WHERE bead = ? AND kind = ? ORDER BY seq"
    return [json.loads(data) for (data,) in rows(case.ledger, query, bead, kind)]


def _status(case: Case, bead: str) -> str:
    found = rows(case.ledger, "SELECT status FROM beads WHERE id = ?", bead)
    return str(found[0][0]) if found else "gone"


def _steps(case: Case) -> list[str]:
    query = """SELECT e.bead FROM edges e JOIN beads m ON m.id = e.target
    WHERE e.kind = 'parent-child' AND m.issue_type = 'molecule' ORDER BY e.bead"""
    return [str(step) for (step,) in rows(case.ledger, query)]


RULES = (
    whole_files, convoys_landed, one_molecule, closed_once, nothing_claimed, nothing_begun,
    shared_beads,
)  # fmt: skip
