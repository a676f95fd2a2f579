"""`npm audit` over lock files of npm, each alone in a folder, so that nothing is installed."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gastown.rigs.scan.advisories.locks import Lock
from gastown.rigs.scan.child import ScannerError, run_tool
from gastown.rigs.scan.finding import Heard, Hit, Severity

NAME = "npm audit"
_FLAGS = ("--json", "--package-lock-only", "--ignore-scripts", "--no-fund", "--no-update-notifier")
_SEVERITY: Mapping[str, Severity] = MappingProxyType(
    {"info": "low", "low": "low", "moderate": "medium", "high": "high", "critical": "critical"}
)


def audit(tool: str, locks: Sequence[Lock]) -> Heard:
    """Advisories for each lock file. Raises ScannerError; a registry that refuses is one."""
    hits = [hit for lock in locks for hit in _hits(lock, _ask(tool, lock))]
    return Heard(hits, run_tool([tool, "--version"], Path.cwd()).strip())


def _ask(tool: str, lock: Lock) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="gastown-audit-") as name:
        folder = Path(name)
        root = _root(lock)
        (folder / "package-lock.json").write_text(lock.text, encoding="utf-8")
        (folder / "package.json").write_text(json.dumps(root), encoding="utf-8")
        told = json.loads(run_tool([tool, "audit", *_FLAGS], folder, fine=(0, 1)) or "{}")
    if "vulnerabilities" not in told:
        said = told.get("message") or told.get("error") or "no report"
        raise ScannerError(f"{lock.path}: {said}")
    return told


def _root(lock: Lock) -> dict[str, Any]:
    """The project's own package.json as the lock file repeats it."""
    try:
        root = json.loads(lock.text)["packages"][""]
    except (ValueError, KeyError, TypeError) as error:
        raise ScannerError(f"{lock.path}: is no lock file of npm 7 or later: {error}") from None
    return {"name": "audited", "version": "0.0.0", **root}


def _hits(lock: Lock, told: Mapping[str, Any]) -> Iterator[Hit]:
    """One for each advisory; packages that only depend on a weak one are left out."""
    for package, entry in told["vulnerabilities"].items():
        line = lock.line_of(f'node_modules/{package}"')
        for via in entry["via"]:
            if isinstance(via, str):
                continue
            advisory = str(via.get("url", "")).rpartition("/")[2] or f"npm-{via.get('source')}"
            severity = _SEVERITY.get(via.get("severity", ""), "high")
            title = f"{package} {via.get('range', '')}: {via.get('title', 'known weakness')}"
            yield Hit(advisory, severity, lock.path, line, title)
