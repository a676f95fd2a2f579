"""cargo-audit over lock files of Cargo, each alone in a folder: the rig's `.cargo` is not read."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gastown.rigs.scan.advisories.locks import Lock
from gastown.rigs.scan.child import ScannerError, run_tool
from gastown.rigs.scan.finding import Heard, Hit, Severity

NAME = "cargo-audit"


def audit(tool: str, locks: Sequence[Lock]) -> Heard:
    """Advisories for each lock file; a package that is given up or withdrawn is a low one."""
    hits = [hit for lock in locks for hit in _hits(lock, _ask(tool, lock))]
    return Heard(hits, run_tool([tool, "--version"], Path.cwd()).split()[-1])


def _ask(tool: str, lock: Lock) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="gastown-audit-") as folder:
        Path(folder, "Cargo.lock").write_text(lock.text, encoding="utf-8")
        argv = [tool, "audit", "--json", "--file", "Cargo.lock"]
        told = json.loads(run_tool(argv, Path(folder), fine=(0, 1)))
    if "vulnerabilities" not in told:
        raise ScannerError(f"{lock.path}: {told.get('error', 'no report')}")
    return told


def _hits(lock: Lock, told: Mapping[str, Any]) -> Iterator[Hit]:
    for one in told["vulnerabilities"]["list"]:
        yield _hit(lock, one, "high", one["advisory"]["title"])
    for kind, warnings in told.get("warnings", {}).items():
        for one in warnings:
            yield _hit(lock, one, "low", f"is {kind}")


def _hit(lock: Lock, one: Mapping[str, Any], severity: Severity, what: str) -> Hit:
    package = one["package"]
    advisory: Mapping[str, Any] = one.get("advisory") or {}
    title = f"{package['name']} {package['version']}: {what}"
    line = lock.line_of(f'name = "{package["name"]}"')
    return Hit(str(advisory.get("id", "withdrawn")), severity, lock.path, line, title)
