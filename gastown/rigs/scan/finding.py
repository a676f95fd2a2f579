"""Findings as values: what a scanner hit, what may be shown of it, and which scanners ran."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from gastown.stage import Frozen

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Hit:
    """What a scanner reports, before anything is redacted; `line` counts from 1."""

    rule: str
    severity: Severity
    file: str
    line: int
    title: str
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """What a scanner said. `missed` names what it could not look at, each with the reason."""

    hits: Sequence[Hit]
    version: str
    missed: tuple[str, ...] = ()


class Finding(Frozen):
    """A hit as it may be shown. `fingerprint` stays the same when the line only moves."""

    scanner: str
    rule: str
    severity: Severity
    file: str
    line: int
    title: str
    excerpt: str = Field(description="The line, with every secret in it redacted.")
    fingerprint: str
    introduced: bool = Field(description="The line is new in the change that was scanned.")
    anchor: str = Field(default="", description="Digest of the line's text, wherever it stands.")
    reason: str = Field(default="", description="How it can be used; a model says so.")


class ScannerRun(Frozen):
    """One scanner: that it ran over so many files, or why it did not; `missed` is what it left."""

    name: str
    version: str = ""
    ran: bool
    files: int = 0
    why_not: str = ""
    missed: tuple[str, ...] = ()


class Scanned(Frozen):
    """One scan. No findings of a scanner that did not run means nothing at all."""

    findings: tuple[Finding, ...] = ()
    ran: tuple[ScannerRun, ...] = ()
    unread: tuple[str, ...] = Field(default=(), description="Files too large, or not UTF-8.")
    secrets: tuple[str, ...] = Field(
        default=(), exclude=True, repr=False, description="In clear, to redact with; never stored."
    )

    @property
    def introduced(self) -> tuple[Finding, ...]:
        """Findings that the scanned change brought in."""
        return tuple(finding for finding in self.findings if finding.introduced)

    @property
    def not_run(self) -> tuple[ScannerRun, ...]:
        """Scanners that should have run and did not."""
        return tuple(run for run in self.ran if not run.ran)

    @property
    def in_part(self) -> tuple[ScannerRun, ...]:
        """Scanners that could not look at everything."""
        return tuple(run for run in self.ran if run.ran and run.missed)

    @property
    def line(self) -> str:
        """One line for the board: `2 findings (1 critical, 1 low), 1 new; bandit did not run`."""
        counts = {s: sum(f.severity == s for f in self.findings) for s in SEVERITIES}
        parts = ", ".join(f"{n} {severity}" for severity, n in counts.items() if n)
        total = len(self.findings)
        what = f"{total} finding{'s' * (total != 1)}" + (f" ({parts})" if parts else "")
        new = f", {len(self.introduced)} new" if total else ""
        missing = "".join(f"; {run.name} did not run" for run in self.not_run)
        missing += "".join(f"; {run.name} ran in part" for run in self.in_part)
        return what + new + missing
