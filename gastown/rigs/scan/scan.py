"""scan: run every scanner that has something to read, and put together what they say."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from gastown.agents.globs import matches
from gastown.rigs.scan import bandit, gdscript, leaks
from gastown.rigs.scan.child import ScannerError
from gastown.rigs.scan.finding import SEVERITIES, Finding, Hit, Scanned, ScannerRun
from gastown.rigs.scan.redact import redact
from gastown.rigs.scan.source import Source, read_sources
from gastown.spans import span

EXCERPT_CHARS = 160

Scanner = Callable[[Sequence[Source]], tuple[list[Hit], str]]


def scan(worktree: Path, changed: Mapping[str, Collection[int]]) -> Scanned:
    """Scan the tracked files of a worktree.

    Args:
        worktree: What to scan, as it lies there.
        changed: Numbers of the lines that the change under scrutiny brought in, by path.

    Raises:
        GitError: It is no worktree.
    """
    with span("scan"):
        sources, unread = read_sources(worktree)
        python = [source for source in sources if matches(source.path, ("**/*.py",))]
        godot = [source for source in sources if matches(source.path, gdscript.FILES)]
        done = [
            _run(leaks.NAME, sources, lambda files: leaks.scan_secrets(worktree, files)),
            _run(bandit.NAME, python, lambda files: bandit.scan_python(worktree, files)),
            _run(
                gdscript.NAME,
                godot,
                lambda files: (gdscript.scan_gdscript(files), gdscript.VERSION),
            ),
        ]
    known = sorted({secret for _, hits in done for hit in hits for secret in hit.secrets})
    by_path = {source.path: source for source in sources}
    found = [
        _finding(run.name, hit, by_path[hit.file], changed.get(hit.file, ()), known)
        for run, hits in done
        for hit in hits
    ]
    found.sort(key=lambda f: (SEVERITIES.index(f.severity), f.file, f.line, f.scanner, f.rule))
    return Scanned(
        findings=tuple(found),
        ran=tuple(run for run, _ in done if run.files),
        unread=unread,
        secrets=tuple(known),
    )


def _run(name: str, sources: Sequence[Source], scanner: Scanner) -> tuple[ScannerRun, list[Hit]]:
    """A scanner that fails is reported as not run: its silence is not a clean bill."""
    if not sources:
        return ScannerRun(name=name, ran=True), []
    try:
        hits, version = scanner(sources)
    except (ScannerError, OSError, ValueError, KeyError) as error:
        return ScannerRun(name=name, ran=False, files=len(sources), why_not=str(error)), []
    return ScannerRun(name=name, version=version, ran=True, files=len(sources)), hits


def _finding(
    scanner: str, hit: Hit, source: Source, new: Collection[int], known: Sequence[str]
) -> Finding:
    text = source.line(hit.line).strip()
    identity = f"{scanner}\0{hit.rule}\0{hit.file}\0{text}"
    return Finding(
        scanner=scanner,
        rule=hit.rule,
        severity=hit.severity,
        file=hit.file,
        line=hit.line,
        title=redact(hit.title, known),
        excerpt=redact(text, known)[:EXCERPT_CHARS],
        fingerprint=hashlib.sha256(identity.encode()).hexdigest()[:16],
        introduced=hit.line in new,
    )
