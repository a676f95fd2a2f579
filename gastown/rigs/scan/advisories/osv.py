"""osv-scanner over lock files of any kind, each alone in a folder: the rig may not silence it."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gastown.rigs.scan.advisories.locks import Lock
from gastown.rigs.scan.child import run_tool
from gastown.rigs.scan.finding import Heard, Hit, Severity

NAME = "osv-scanner"
_NOTHING_IN_IT = 128  # no package was found in the file
_BANDS: tuple[tuple[float, Severity], ...] = ((9.0, "critical"), (7.0, "high"), (4.0, "medium"))


def audit(tool: str, locks: Sequence[Lock]) -> Heard:
    """Advisories for each lock file; severity by the bands of CVSS. Raises ScannerError."""
    hits = [hit for lock in locks for hit in _hits(lock, _ask(tool, lock))]
    version = run_tool([tool, "--version"], Path.cwd()).split("\n")[0].split()[-1]
    return Heard(hits, version)


def _ask(tool: str, lock: Lock) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="gastown-audit-") as folder:
        name = lock.path.rpartition("/")[2]
        Path(folder, name).write_text(lock.text, encoding="utf-8")
        argv = [tool, "--format", "json", "--lockfile", name]
        out = run_tool(argv, Path(folder), fine=(0, 1, _NOTHING_IN_IT))
    told: dict[str, Any] = json.loads(out or "{}")
    return told


def _hits(lock: Lock, told: Mapping[str, Any]) -> Iterator[Hit]:
    """One for each group of advisories that mean the same weakness."""
    for result in told.get("results") or ():
        for one in result["packages"]:
            package = one["package"]
            said = {v["id"]: v.get("summary", "") for v in one.get("vulnerabilities", ())}
            line = lock.line_of(package["name"])
            for group in one["groups"]:
                first = group["ids"][0]
                what = said.get(first) or "known weakness"
                title = f"{package['name']} {package['version']}: {what}"
                severity = severity_of(str(group.get("max_severity", "")))
                yield Hit(first, severity, lock.path, line, title)


def severity_of(score: str) -> Severity:
    """The band of a CVSS score; one that nobody gave counts as high."""
    try:
        number = float(score)
    except ValueError:
        return "high"
    for least, band in _BANDS:
        if number >= least:
            return band
    return "low"
