"""Findings and scans as the tests need them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from gastown.rigs.scan.finding import Finding, Scanned, ScannerRun, Severity
from gastown.security.acceptance import Acceptance
from gastown.security.follow import Moment, Standing, follow

START = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)
RULES = ScannerRun(name="rules", version="1", ran=True, files=2)


def finding(name: str = "a", severity: Severity = "high", **fields: Any) -> Finding:
    """A finding of the scanner `rules`, its fingerprint made of its name."""
    given = {
        "scanner": "rules", "rule": f"rule-{name}", "severity": severity, "file": f"src/{name}.gd",
        "line": 2, "title": f"Does {name}", "excerpt": f"{name}()", "introduced": False,
        "fingerprint": (name.encode().hex() * 16)[:16],
    }  # fmt: skip
    return Finding.model_validate(given | fields)


def scanned(*findings: Finding, ran: tuple[ScannerRun, ...] = (RULES,), **fields: Any) -> Scanned:
    """A scan that saw these."""
    return Scanned(findings=findings, ran=ran, **fields)


def moment(number: int) -> Moment:
    """When and where the scan of a number was made, an hour after the one before."""
    return Moment(START + timedelta(hours=number), str(number) * 40)


def accepted(one: Finding, why: str = "on purpose", until: date | None = None) -> Acceptance:
    """A person's word on a finding."""
    return Acceptance(
        fingerprint=one.fingerprint, by="ann", at=START, why=why, until=until,
        severity=one.severity, file=one.file, title=one.title,
    )  # fmt: skip


def after(*scans: Scanned, words: tuple[Acceptance, ...] = (), present: bool = True) -> Standing:
    """How things stand after some scans, one an hour."""
    standing: Standing | None = None
    for number, one in enumerate(scans):
        past = standing.tracked if standing else ()
        by_name = {word.fingerprint: word for word in words}
        standing = follow(past, one, by_name, moment(number), lambda _: present)
    assert standing is not None
    return standing
