"""pip-audit over the pinned packages of Python lock files.

It is given a list that we wrote, so it never resolves: resolving builds packages, which runs them.
"""

import json
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gastown.rigs.scan.advisories.locks import Lock, Pin, python_pins
from gastown.rigs.scan.child import ScannerError, run_tool
from gastown.rigs.scan.finding import Heard, Hit

NAME = "pip-audit"
_FLAGS = ("--disable-pip", "--no-deps", "--format", "json", "--progress-spinner", "off")
_SHOWN = 5


def audit(tool: str, locks: Sequence[Lock]) -> Heard:
    """Advisories for each lock file; packages that could not be looked up are missed.

    Raises ScannerError: nothing could be looked up. Offline, pip-audit itself ends well and says
    that no weakness is known.
    """
    hits: list[Hit] = []
    missed: list[str] = []
    asked = 0
    for lock in locks:
        pins, loose = _pins(lock)
        skipped: list[str] = []
        if pins:
            found, skipped = _audited(tool, lock, pins)
            hits += found
        asked += len(pins) - len(skipped)
        missed += _left_out(lock, [*skipped, *(f"{name}: has no fixed version" for name in loose)])
    if missed and not asked:
        raise ScannerError("; ".join(missed))
    return Heard(hits, run_tool([tool, "--version"], Path.cwd()).split()[-1], tuple(missed))


def _pins(lock: Lock) -> tuple[tuple[Pin, ...], tuple[str, ...]]:
    try:
        return python_pins(lock)
    except ValueError as error:
        raise ScannerError(f"{lock.path}: {error}") from None


def _audited(tool: str, lock: Lock, pins: Sequence[Pin]) -> tuple[list[Hit], list[str]]:
    with tempfile.TemporaryDirectory(prefix="gastown-audit-") as folder:
        listed = sorted({f"{pin.name}=={pin.version}" for pin in pins})
        Path(folder, "requirements.txt").write_text("\n".join(listed) + "\n", encoding="utf-8")
        argv = [tool, "-r", "requirements.txt", *_FLAGS]
        told = json.loads(run_tool(argv, Path(folder), fine=(0, 1)))
    hits: list[Hit] = []
    skipped: list[str] = []
    for package in told["dependencies"]:
        if "skip_reason" in package:
            skipped.append(str(package["skip_reason"]))
        else:
            hits += _hits(lock, pins, package)
    return hits, skipped


def _hits(lock: Lock, pins: Sequence[Pin], package: dict[str, Any]) -> list[Hit]:
    name = _canonical(package["name"])
    line = next((pin.line for pin in pins if _canonical(pin.name) == name), 1)
    hits: list[Hit] = []
    for one in package["vulns"]:
        fixed = f", fixed in {', '.join(one['fix_versions'])}" if one["fix_versions"] else ""
        title = f"{package['name']} {package['version']} has a known weakness{fixed}"
        hits.append(Hit(str(one["id"]), "high", lock.path, line, title))
    return hits


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _left_out(lock: Lock, why: Sequence[str]) -> list[str]:
    more = [f"{len(why) - _SHOWN} more"] * (len(why) > _SHOWN)
    return [f"{lock.path}: {'; '.join([*why[:_SHOWN], *more])}"] if why else []
