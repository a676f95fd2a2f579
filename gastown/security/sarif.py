"""sarif: a rig's findings as a SARIF 2.1.0 log, for editors, code hosts and dashboards.

Each scanner is a run of its own; one that did not run says so in its invocation.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from gastown.rigs.scan.finding import Finding, ScannerRun, Severity
from gastown.security.follow import Standing, Status, Tracked

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
VERSION = "2.1.0"
FINGERPRINT = "townFingerprint/v1"
ROOT = "%SRCROOT%"

_LEVEL: Mapping[Severity, str] = MappingProxyType(
    {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
)
_SEVERITY: Mapping[Severity, str] = MappingProxyType(
    {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
)
"""Amid the bands of CVSS: code hosts rank by `security-severity`."""

_BASELINE: Mapping[Status, str] = MappingProxyType(
    {"new": "new", "known": "unchanged", "accepted": "unchanged", "fixed": "absent"}
)


def sarif(standing: Standing) -> dict[str, Any]:
    """The whole log; findings that were fixed before this scan are left out."""
    told = (*standing.open, *standing.of("accepted"), *standing.just_fixed)
    runs = {run.name: run for run in standing.ran}
    for one in told:  # of a scanner that had nothing to read this time
        runs.setdefault(one.finding.scanner, ScannerRun(name=one.finding.scanner, ran=True))
    return {
        "$schema": SCHEMA,
        "version": VERSION,
        "runs": [
            _run(run, [one for one in told if one.finding.scanner == name], standing.commit)
            for name, run in runs.items()
        ],
    }


def _run(run: ScannerRun, found: Sequence[Tracked], commit: str) -> dict[str, Any]:
    rules = {one.finding.rule: one.finding for one in found}
    places = {name: number for number, name in enumerate(rules)}
    driver = {"name": run.name, "rules": [_rule(finding) for finding in rules.values()]}
    if run.version:
        driver["version"] = run.version
    return {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(run)],
        "properties": {"commit": commit},
        "results": [_result(one, places[one.finding.rule]) for one in found],
    }


def _invocation(run: ScannerRun) -> dict[str, Any]:
    said = [("error", run.why_not)] if not run.ran else [("warning", why) for why in run.missed]
    notes = [{"level": level, "message": {"text": text or "no reason"}} for level, text in said]
    return {
        "executionSuccessful": run.ran,
        **({"toolExecutionNotifications": notes} if notes else {}),
    }


def _rule(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.rule,
        "shortDescription": {"text": finding.title or finding.rule},
        "defaultConfiguration": {"level": _LEVEL[finding.severity]},
        "properties": {"security-severity": _SEVERITY[finding.severity], "tags": ["security"]},
    }


def _result(one: Tracked, rule: int) -> dict[str, Any]:
    finding = one.finding
    text = f"{finding.title}. {finding.reason}" if finding.reason else finding.title
    return {
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": text or finding.rule},
        "locations": [{"physicalLocation": _place(finding)}],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "baselineState": _BASELINE[one.status],
        "suppressions": _suppressions(one),
        "properties": {
            "status": one.status,
            "severity": finding.severity,
            "checked": one.checked,
            "since": one.since.isoformat(),
        },
    }


def _place(finding: Finding) -> dict[str, Any]:
    """Paths as addresses; a finding about the file as a whole has no region."""
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(finding.file), "uriBaseId": ROOT}}
    if finding.line:
        snippet = {"snippet": {"text": finding.excerpt}} if finding.excerpt else {}
        place["region"] = {"startLine": finding.line, **snippet}
    return place


def _suppressions(one: Tracked) -> list[dict[str, str]]:
    """An empty list says that nobody suppressed it, where a missing one would say nothing."""
    if one.status != "accepted" or one.acceptance is None:
        return []
    word = one.acceptance
    return [{"kind": "external", "status": "accepted", "justification": f"{word.by}: {word.why}"}]
