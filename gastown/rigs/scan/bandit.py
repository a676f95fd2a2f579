"""bandit over the Python files: known bad calls and settings."""

import json
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from os.path import normpath
from pathlib import Path
from types import MappingProxyType
from typing import Any

from gastown.rigs.scan.child import ScannerError, run_python
from gastown.rigs.scan.finding import Heard, Hit, Severity
from gastown.rigs.scan.source import Source

NAME = "bandit"
ASSERTS = "B101"  # every test asserts
PASSWORDS = frozenset({"B105", "B106", "B107"})

_LITERAL = re.compile(r"""(["'])((?:\\.|(?!\1).)+)\1""")
_SEVERITY: Mapping[str, Severity] = MappingProxyType(
    {"LOW": "low", "MEDIUM": "medium", "HIGH": "high"}
)


def scan_python(worktree: Path, sources: Sequence[Source]) -> Heard:
    """Hits in the `.py` files; those that are no Python are missed. Raises ScannerError.

    `# nosec` is not honoured: whoever writes the bad line can write the comment too.
    """
    files = {source.path: source for source in sources}
    flags = ("-f", "json", "-q", "--exit-zero", "--ignore-nosec", "--skip", ASSERTS)
    out = run_python(("-m", "bandit", *flags, "--", *(f"./{name}" for name in files)), worktree)
    told = json.loads(out)
    missed = tuple(f"{normpath(one['filename'])}: {one['reason']}" for one in told["errors"])
    if len(missed) >= len(files):
        raise ScannerError("; ".join(missed))
    return Heard([_hit(files, one) for one in told["results"]], version(NAME), missed)


def _hit(files: Mapping[str, Source], one: Mapping[str, Any]) -> Hit:
    file, line = normpath(one["filename"]), int(one["line_number"])
    is_password = one["test_id"] in PASSWORDS
    text = files[file].line(line)
    literals = tuple(match[2] for match in _LITERAL.finditer(text)) if is_password else ()
    title = "Possible hard-coded password" if is_password else one["issue_text"].split("\n")[0]
    severity = _SEVERITY.get(one["issue_severity"], "low")
    return Hit(f"{one['test_id']}-{one['test_name']}", severity, file, line, title, literals)
