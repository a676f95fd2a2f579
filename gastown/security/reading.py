"""The model's reading as findings: what it suspects, at lines that are there, without secrets."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from gastown.agents.answers import Weakness
from gastown.rigs.scan.finding import Finding, Hit, Scanned, ScannerRun
from gastown.rigs.scan.fingerprint import anchor_of, fingerprints, normalised
from gastown.rigs.scan.redact import redact
from gastown.rigs.scan.scan import found
from gastown.rigs.scan.source import Source
from gastown.security.follow import MODEL

RULE = "reading"


def unfounded(worktree: Path, weak: Weakness) -> str:
    """Why a weakness cannot be meant, empty if it can: it must point at a line that exists."""
    text = _text(worktree, weak.file)
    if text is None:
        return f"{weak.file}: there is no such file"
    count = len(text.splitlines())
    return f"{weak.file} has {count} lines, not {weak.line}" if (weak.line or 0) > count else ""


def read_by(
    scanned: Scanned, worktree: Path, weaknesses: Sequence[Weakness], run: ScannerRun
) -> Scanned:
    """The scan with what a model found in the change; named by the line, not by its words."""
    paths = sorted({weak.file for weak in weaknesses})
    readings = [
        finding
        for path in paths
        for finding in _findings(worktree, path, weaknesses, scanned.secrets)
    ]
    return _with(scanned, readings, run)


def not_read(scanned: Scanned, files: int, why: str) -> Scanned:
    """The scan of a change that no model read, with the reason."""
    run = ScannerRun(name=MODEL, ran=False, files=files, why_not=redact(why, scanned.secrets))
    return _with(scanned, (), run)


def is_present(worktree: Path, finding: Finding) -> bool:
    """Whether the line that a model pointed at is still in its file, wherever it stands by now."""
    text = _text(worktree, finding.file)
    if text is None:
        return False
    return not finding.line or any(anchor_of(line) == finding.anchor for line in text.split("\n"))


def _findings(
    worktree: Path, path: str, weaknesses: Sequence[Weakness], secrets: Sequence[str]
) -> list[Finding]:
    lines = (_text(worktree, path) or "").split("\n")
    mine = {(weak.line or 0, _key(weak)): weak for weak in weaknesses if weak.file == path}
    hits = [
        Hit(_rule(weak), weak.severity, path, weak.line or 0, weak.title) for weak in mine.values()
    ]
    source = Source(path, tuple(lines))
    names = fingerprints(MODEL, hits, source)
    return [
        _finding(hit, name, weak, source.line(hit.line), secrets)
        for hit, name, weak in zip(hits, names, mine.values(), strict=True)
    ]


def _finding(hit: Hit, name: str, weak: Weakness, line: str, secrets: Sequence[str]) -> Finding:
    changes: Mapping[str, object] = {
        "rule": RULE,
        "introduced": True,
        "reason": redact(weak.reason, secrets),
    }
    return found(MODEL, hit, name, line, secrets).model_copy(update=changes)


def _key(weak: Weakness) -> str:
    """On one line the model's words tell nothing apart: it words the same thing anew each time."""
    return "" if weak.line else normalised(weak.title.lower())


def _rule(weak: Weakness) -> str:
    return f"{RULE} {_key(weak)}".strip()


def _with(scanned: Scanned, readings: Sequence[Finding], run: ScannerRun) -> Scanned:
    changes = {"findings": (*scanned.findings, *readings), "ran": (*scanned.ran, run)}
    return scanned.model_copy(update=changes)


def _text(worktree: Path, name: str) -> str | None:
    """A file of the tree; None for what lies outside it, is no plain file, or is not there."""
    path = (worktree / name).resolve()
    if not path.is_relative_to(worktree.resolve()) or not path.is_file():
        return None
    return path.read_text(encoding="utf-8", errors="replace")
