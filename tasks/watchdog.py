"""Watchdog: scans a rig's tree and this convoy's changes, then lets the model read the diff.

Scanners say what they found and whether they ran at all; the model adds what scanners cannot see.
The report goes to the private repository. Secrets are redacted before a model or a file sees them.
"""

from gastown.rigs.git import Repo
from gastown.rigs.worktree import snapshot
from gastown.security.book import Book
from gastown.security.follow import Standing
from gastown.security.health import health
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.publish_pages import publish_page
from tasks.rigs import convoy_base, main_ref
from tasks.scanning import let_read, record, scan_tree


def watchdog(desk: Desk) -> StageResult:
    """Scan, read, report. Findings do not stop the convoy: a person decides what they mean."""
    Repo(desk.layout.canonical).fetch()
    base, convoy = convoy_base(desk), desk.request.convoy
    book = Book(desk.town.layout.private("watchdog"), desk.rig)
    with snapshot(desk.layout, f"watchdog-{convoy}", main_ref(desk)) as worktree:
        seen = let_read(desk, scan_tree(worktree, base, desk.table.security))
        title = f"{desk.rig} at {Repo(worktree).head()[:10]}, convoy {convoy}"
        folder = f"{convoy}/{desk.rig}"
        standing = record(seen, book, title, by=convoy, author=desk.author, folder=folder)
    report = book.private / folder / "report.md"
    page = report.read_text(encoding="utf-8")
    publish_page(f"security-{desk.rig}", page, standing.line)
    return StageResult(
        summary=f"{standing.line}; health {health(standing)}",
        evidence={
            "commit": standing.commit,
            "report": str(report.relative_to(desk.town.root)),
            "introduced": len(seen.scanned.introduced),
            **counts(standing),
        },
    )


def counts(standing: Standing) -> dict[str, object]:
    """A scan in numbers, for the record."""
    return {
        "findings": len(standing.open),
        "new": len(standing.of("new")),
        "alarming": len(standing.alarming),
        "fixed": len(standing.just_fixed),
        "accepted": len(standing.of("accepted")),
        "health": health(standing).model_dump(mode="json"),
        "not_run": [run.name for run in standing.ran if not run.ran],
    }
