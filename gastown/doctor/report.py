"""The page that a dog leaves: what it found, what it did, and what is left for a person."""

from collections.abc import Iterable

from gastown.doctor.backup import BackedUp
from gastown.doctor.examine import Examined
from gastown.doctor.finding import Finding


def headline(found: Examined, *, dry_run: bool) -> str:
    """All of it in one line."""
    left, done = len(found.findings), sum(bool(one.done) for one in found.mended)
    if not left and not done:
        return "all is well"
    if dry_run:
        return f"{left} found; a dry run mends nothing"
    return f"{done} mended, {left} left"


def page(title: str, found: Examined, *, dry_run: bool) -> str:
    """Markdown for the UI."""
    parts = [f"# {title}", headline(found, dry_run=dry_run)]
    if found.mended:
        rows = [(one.finding, one.done or f"not mended: {one.failed}") for one in found.mended]
        parts.append(_table("done", rows))
    if found.findings:
        named = "would do" if dry_run else "for a person"
        parts.append(_table(named, [(one, one.mend or one.advice) for one in found.findings]))
    return "\n\n".join(parts) + "\n"


def backup_page(done: BackedUp) -> str:
    """The same of a backup."""
    would = "would be" if done.dry_run else "is"
    size = f"{done.files} files, {done.bytes / 2**20:,.1f} MiB, {done.refs} unmerged branches"
    gone = [f"- {name} {would} removed" for name in done.thinned]
    return "\n\n".join(["# Backup", f"`{done.folder}` {would} there: {size}.", *gone]) + "\n"


def _table(named: str, rows: Iterable[tuple[Finding, str]]) -> str:
    lines = [f"| check | what | found | {named} |", "|---|---|---|---|"]
    for one, what in rows:
        lines.append(f"| {' | '.join(map(_cell, (one.check, one.subject, one.said, what)))} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Text as it stands: it closes no cell, begins no line and marks nothing up."""
    flat = " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
    return flat.replace("`", "\\`").replace("<", "&lt;").replace("[", "\\[").replace("*", "\\*")
