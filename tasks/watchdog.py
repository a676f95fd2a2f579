"""Watchdog: scans a rig's tree and this convoy's changes, then lets the model read the diff.

Scanners say what they found and whether they ran at all; the model adds what scanners cannot see.
The report goes to the private repository. Secrets are redacted before a model or a file sees them.
"""

from pathlib import Path

from pydantic import BaseModel

from gastown.agents.answers import SecurityReading, Weakness
from gastown.agents.brief import material
from gastown.agents.protocols import Check
from gastown.rigs.clone import commit_report
from gastown.rigs.diff import changed_lines, diff, diff_text
from gastown.rigs.git import Repo
from gastown.rigs.scan import Reading, Scanned, redact, redact_found, render, scan
from gastown.rigs.worktree import snapshot
from gastown.stage import StageResult
from tasks.desk import Desk
from tasks.rigs import convoy_base, main_ref

DIFF_CHARS = 16_000


def watchdog(desk: Desk) -> StageResult:
    """Scan, read, report. Findings do not stop the convoy: a person decides what they mean."""
    Repo(desk.layout.canonical).fetch()
    base = convoy_base(desk)
    with snapshot(desk.layout, f"watchdog-{desk.request.convoy}", main_ref(desk)) as worktree:
        scanned = scan(worktree, changed_lines(diff(worktree, base, "HEAD")))
        reading = _read(desk, worktree, base, scanned)
        commit = Repo(worktree).head()
    title = f"{desk.rig} at {commit[:10]}, convoy {desk.request.convoy}"
    report = render(title, scanned, reading.summary, [_entry(one) for one in reading.findings])
    folder = f"{desk.request.convoy}/{desk.rig}"
    private = desk.town.layout.private("watchdog")
    files = {f"{folder}/{name}": text for name, text in report.items()}
    commit_report(private, files, f"Watchdog: {title}", desk.author)
    return StageResult(
        summary=_line(scanned, reading),
        evidence={
            "commit": commit,
            "report": str((private / folder / "report.md").relative_to(desk.town.root)),
            "findings": len(scanned.findings),
            "introduced": len(scanned.introduced),
            "not_run": [run.name for run in scanned.not_run],
        },
    )


def _read(desk: Desk, worktree: Path, base: str, scanned: Scanned) -> SecurityReading:
    """The model's reading of the diff; a finding must point at a line that exists."""

    def verify(answer: BaseModel | None) -> Check:
        weak = answer.findings if isinstance(answer, SecurityReading) else ()
        faults = [fault for one in weak if (fault := _unfounded(worktree, one))]
        return Check(ok=not faults, feedback="\n".join(faults))

    change = diff_text(worktree, base, "HEAD", chars=DIFF_CHARS)
    listed = "\n".join(f"{f.file}:{f.line} {f.title}" for f in scanned.findings)
    task = "\n\n".join(
        [
            "Read this change for weaknesses that scanners miss. Report none that is not there.",
            material("the diff", redact_found(change, scanned.secrets)),
            material("what scanners found already", redact(listed, scanned.secrets)),
        ]
    )
    outcome = desk.session(task, output=SecurityReading, verify=verify)
    assert isinstance(outcome.answer, SecurityReading)  # noqa: S101 — the loop validated it
    return outcome.answer


def _unfounded(worktree: Path, weak: Weakness) -> str:
    """Why a finding of the model's cannot be meant, empty if it can."""
    path = (worktree / weak.file).resolve()
    if not path.is_relative_to(worktree.resolve()) or not path.is_file():
        return f"{weak.file}: there is no such file"
    count = len(path.read_text(encoding="utf-8", errors="replace").splitlines())
    return f"{weak.file} has {count} lines, not {weak.line}" if (weak.line or 0) > count else ""


def _entry(weak: Weakness) -> Reading:
    return Reading(
        severity=weak.severity,
        file=weak.file,
        line=weak.line or 0,
        title=weak.title,
        reason=weak.reason,
    )


def _line(scanned: Scanned, reading: SecurityReading) -> str:
    count = len(reading.findings)
    return f"{scanned.line}; the model adds {count}" if count else scanned.line
