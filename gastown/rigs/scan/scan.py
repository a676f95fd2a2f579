"""scan: run every scanner that has something to read, and put together what they say."""

import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gastown.agents.globs import matches
from gastown.rigs.git import Repo
from gastown.rigs.scan import bandit, gdscript, leaks
from gastown.rigs.scan.advisories.ask import Find, questions
from gastown.rigs.scan.advisories.locks import find_locks
from gastown.rigs.scan.child import ScannerError
from gastown.rigs.scan.finding import SEVERITIES, Finding, Heard, Hit, Scanned, ScannerRun
from gastown.rigs.scan.fingerprint import anchor_of, fingerprints
from gastown.rigs.scan.redact import lasting, redact
from gastown.rigs.scan.source import Source, read_sources
from gastown.spans import span

EXCERPT_CHARS = 160


@dataclass(frozen=True, slots=True)
class _Task:
    """One scanner and what it has to read."""

    name: str
    paths: tuple[str, ...]
    run: Callable[[], Heard]


def scan(
    worktree: Path,
    changed: Mapping[str, Collection[int]],
    *,
    policy: gdscript.Policy = gdscript.NOTHING_FORBIDDEN,
    find: Find | None = shutil.which,
) -> Scanned:
    """Scan the tracked files of a worktree.

    Args:
        worktree: What to scan, as it lies there.
        changed: Numbers of the lines that the change under scrutiny brought in, by path.
        policy: What the rig forbids itself.
        find: Where tools are that ask about lock files; None asks nobody.

    Raises:
        GitError: It is no worktree.
    """
    with span("scan"):
        sources, unread = read_sources(worktree)
        locks = find_locks(worktree, Repo(worktree).files())
        asked = [
            _Task(one.name, tuple(lock.path for lock in one.locks), one.audit)
            for one in questions(locks, find)
        ]
        tasks = [*_tasks(worktree, sources, policy), *asked]
        done = [(task.name, *_run(task)) for task in tasks]
    texts = {lock.path: Source(lock.path, tuple(lock.text.split("\n"))) for lock in locks}
    texts |= {source.path: source for source in sources}
    known = sorted({secret for _, _, hits in done for hit in hits for secret in hit.secrets})
    found = [one for name, _, hits in done for one in _findings(name, hits, texts, changed, known)]
    found.sort(key=lambda f: (SEVERITIES.index(f.severity), f.file, f.line, f.scanner, f.rule))
    return Scanned(
        findings=tuple(found),
        ran=tuple(run for _, run, _ in done),
        unread=unread,
        secrets=tuple(known),
    )


def _tasks(worktree: Path, sources: Sequence[Source], policy: gdscript.Policy) -> Iterator[_Task]:
    """Our scanners that have something to read."""
    python = [source for source in sources if matches(source.path, ("**/*.py",))]
    godot = [source for source in sources if matches(source.path, gdscript.FILES)]
    for name, files, run in (
        (leaks.NAME, sources, lambda: leaks.scan_secrets(worktree, sources)),
        (leaks.TEXT_NAME, sources, lambda: leaks.scan_text(sources)),
        (bandit.NAME, python, lambda: bandit.scan_python(worktree, python)),
        (
            gdscript.NAME,
            godot,
            lambda: Heard(gdscript.scan_gdscript(godot, policy), gdscript.VERSION),
        ),
    ):
        if files:
            yield _Task(name, tuple(source.path for source in files), run)


def _run(task: _Task) -> tuple[ScannerRun, Sequence[Hit]]:
    """A scanner that fails is reported as not run: its silence is not a clean bill."""
    count = len(task.paths)
    try:
        heard = task.run()
    except (ScannerError, OSError, ValueError, KeyError, TypeError, json.JSONDecodeError) as error:
        why = leaks.struck(str(error) or type(error).__name__)
        return ScannerRun(name=task.name, ran=False, files=count, why_not=why), []
    return (
        ScannerRun(
            name=task.name, version=heard.version, ran=True, files=count, missed=heard.missed
        ),
        heard.hits,
    )


def _findings(
    scanner: str,
    hits: Sequence[Hit],
    texts: Mapping[str, Source],
    changed: Mapping[str, Collection[int]],
    known: Sequence[str],
) -> Iterator[Finding]:
    for path in dict.fromkeys(hit.file for hit in hits):
        mine = [hit for hit in hits if hit.file == path]
        names = fingerprints(scanner, mine, texts[path])
        for hit, name in zip(mine, names, strict=True):
            yield found(scanner, hit, name, texts[path].line(hit.line), known).model_copy(
                update={"introduced": hit.line in changed.get(path, ())}
            )


def found(scanner: str, hit: Hit, name: str, line: str, known: Sequence[str]) -> Finding:
    """A hit as it may be shown, without the secrets that are `known`."""
    return Finding(
        scanner=scanner,
        rule=hit.rule,
        severity=hit.severity,
        file=hit.file,
        line=hit.line,
        title=redact(hit.title, lasting(known)),
        excerpt=redact(line.strip(), known)[:EXCERPT_CHARS],
        fingerprint=name,
        introduced=False,
        anchor=anchor_of(line),
    )
