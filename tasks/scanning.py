"""Scanning: what the Watchdog does with any tree: scan it, let the model read the change, record.

Secrets are redacted before a model or a file sees anything.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from gastown.agents.answers import SecurityReading
from gastown.agents.brief import material
from gastown.agents.protocols import Check
from gastown.beads.ledger import utc_now
from gastown.rigs.diff import changed_lines, diff, diff_text
from gastown.rigs.git import Repo
from gastown.rigs.scan import Policy, Scanned, ScannerRun, redact, redact_found, scan
from gastown.security.book import Book, Note
from gastown.security.follow import MODEL, Moment, Standing
from gastown.security.portions import portions
from gastown.security.reading import is_present, read_by, unfounded
from gastown.town.tables.security import SecurityTable
from tasks.desk import Desk

WHOLE = 10_000_000  # characters of a diff that is looked at whole
EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"  # git's name of no files at all


@dataclass(frozen=True, slots=True)
class Seen:
    """A tree that was scanned, the commit from which its change is reckoned, and what was read."""

    worktree: Path
    base: str
    scanned: Scanned
    summary: str = ""
    """The model's words on the whole, without secrets."""

    @property
    def touched(self) -> int:
        """How many files the change touches."""
        return len(Repo(self.worktree).changed_files(self.base))


def scan_tree(worktree: Path, base: str, table: SecurityTable) -> Seen:
    """Run the scanners over a worktree's HEAD; lines that are new since `base` are marked."""
    policy = Policy(content_only=table.content_only, forbidden=table.forbidden)
    changed = changed_lines(diff(worktree, base, "HEAD"))
    find = shutil.which if table.advisories else None
    return Seen(worktree, base, scan(worktree, changed, policy=policy, find=find))


def let_read(desk: Desk, seen: Seen) -> Seen:
    """Let the desk's model read the change, in as many sessions as it takes.

    Raises:
        StageFailedError: A session ended without a reading that points at what is there.
    """
    desk.secrets = seen.scanned.secrets
    change = diff_text(seen.worktree, seen.base, "HEAD", chars=WHOLE)
    pieces, left = portions(redact_found(change, seen.scanned.secrets))
    if not pieces:
        return seen
    readings = [_reading(desk, seen, piece) for piece in pieces]
    run = ScannerRun(
        name=MODEL, version=desk.request.model or "", ran=True, files=seen.touched, missed=left
    )
    weaknesses = [weak for reading in readings for weak in reading.findings]
    whole = read_by(seen.scanned, seen.worktree, weaknesses, run)
    summary = " ".join(reading.summary for reading in readings)
    return Seen(seen.worktree, seen.base, whole, redact(summary, seen.scanned.secrets))


def _reading(desk: Desk, seen: Seen, piece: str) -> SecurityReading:
    """What it makes of one piece; a finding must point at a line that exists."""

    def verify(answer: BaseModel | None) -> Check:
        findings = answer.findings if isinstance(answer, SecurityReading) else ()
        wrong = [fault for one in findings if (fault := unfounded(seen.worktree, one))]
        return Check(ok=not wrong, feedback="\n".join(wrong))

    outcome = desk.session(_task(seen, piece), output=SecurityReading, verify=verify)
    assert isinstance(outcome.answer, SecurityReading)  # noqa: S101 — the loop validated it
    return outcome.answer


def record(
    seen: Seen, book: Book, title: str, *, by: str, author: str, folder: str = ""
) -> Standing:
    """Bring the repository's findings up to date and leave the report. Raises ConfigError."""
    moment = Moment(utc_now(), Repo(seen.worktree).head())
    note = Note(title, by, author, seen.summary, folder)
    return book.record(seen.scanned, moment, lambda one: is_present(seen.worktree, one), note)


def _task(seen: Seen, piece: str) -> str:
    listed = "\n".join(f"{f.file}:{f.line} {f.title}" for f in seen.scanned.findings)
    return "\n\n".join(
        [
            "Read this change for weaknesses that scanners miss. Report none that is not there.",
            material("the diff", piece),
            material("what scanners found already", redact(listed, seen.scanned.secrets)),
        ]
    )
