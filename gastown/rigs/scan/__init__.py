"""Scan: what the Watchdog's scanners find in a rig's tree, with secrets redacted."""

from gastown.rigs.scan.finding import Finding, Scanned, ScannerRun
from gastown.rigs.scan.gdscript import Policy
from gastown.rigs.scan.leaks import redact_found
from gastown.rigs.scan.redact import redact
from gastown.rigs.scan.scan import scan

__all__ = ["Finding", "Policy", "Scanned", "ScannerRun"]
__all__ += ["redact", "redact_found", "scan"]
