"""Secrets: detect-secrets over every text file, and the whole body of each private key."""

import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

from gastown.rigs.scan.child import run_python
from gastown.rigs.scan.finding import Heard, Hit, Severity
from gastown.rigs.scan.gdscript import VERSION, scan_rules
from gastown.rigs.scan.redact import redact
from gastown.rigs.scan.rules import RULES, TEXT_RULES
from gastown.rigs.scan.source import Source

NAME, TEXT_NAME = "detect-secrets", "text-rules"
PRIVATE_KEY = "Private Key"
REVEAL = Path(__file__).with_name("reveal.py")  # by path: the package would load git too

_AFTER = r"[^\s\"'`,;()<>{}\[\]]"  # what a token is made of
_BEFORE = r"[^\s\"'`,;()<>{}\[\]=:]"  # and not the name of the setting that it stands after

_TELLING = tuple(
    replace(rule, files=("**",))
    for rule in (*RULES, *TEXT_RULES)
    if "secret" in rule.pattern.groupindex
)

_PLACEHOLDER = re.compile(
    r"\$?\{.*\}?|<.*>|\$\w+|%\w*%?|(.)\1*|your[-_ ].*|change[-_ ]?me", re.IGNORECASE
)
"""What stands where a person is to put a secret."""

_SEVERITY: Mapping[str, Severity] = MappingProxyType(
    {
        "Base64 High Entropy String": "medium",
        "Hex High Entropy String": "medium",
        "Secret Keyword": "high",
        "Basic Auth Credentials": "high",
        "Public IP (ipv4)": "low",
    }
)


def scan_secrets(worktree: Path, sources: Sequence[Source]) -> Heard:
    """Hits with their secrets in clear. Raises ScannerError."""
    names = json.dumps([source.path for source in sources])
    found = json.loads(run_python((str(REVEAL),), worktree, names))
    files = {source.path: source for source in sources}
    hits = [_hit(files[one["file"]], one["kind"], one["line"], one["secret"]) for one in found]
    return Heard(list(dict.fromkeys(hits)), version(NAME))


def scan_text(sources: Sequence[Source]) -> Heard:
    """Hits of our own rules for what the scanner was seen to miss, in any text file."""
    return Heard([hit for one in sources for hit in scan_rules(one, TEXT_RULES)], VERSION)


def redact_found(text: str, known: Iterable[str] = ()) -> str:
    """`text`, a diff say, without `known` secrets and those that scanner and rules see in it.

    A diff shows lines that the tree no longer has. Raises ScannerError when it cannot be scanned.
    """
    lines = tuple(line.removeprefix("+").removeprefix("-") for line in text.split("\n"))
    source = Source("text", lines)
    with tempfile.TemporaryDirectory(prefix="gastown-scan-") as folder:
        Path(folder, source.path).write_text("\n".join(lines), encoding="utf-8")
        hits = [*scan_secrets(Path(folder), [source]).hits, *scan_rules(source, _TELLING)]
    return redact(text, {*known, *(secret for hit in hits for secret in hit.secrets)})


def struck(text: str) -> str:
    """`text`, a program's complaint say, without what our own rules take for a secret in it."""
    hits = scan_rules(Source("text", tuple(text.split("\n"))), _TELLING)
    return redact(text, {secret for hit in hits for secret in hit.secrets})


def _hit(source: Source, kind: str, line: int, secret: str) -> Hit:
    return Hit(
        rule=kind.lower().replace(" ", "-"),
        severity="low" if _PLACEHOLDER.fullmatch(secret) else _SEVERITY.get(kind, "critical"),
        file=source.path,
        line=line,
        title=kind,
        secrets=_key_body(source, line) if kind == PRIVATE_KEY else _whole(source, line, secret),
    )


def _whole(source: Source, line: int, secret: str) -> tuple[str, ...]:
    """The secret, and the words around it: some plugins give only the first letters of a token."""
    pattern = rf"{_BEFORE}*{re.escape(secret)}{_AFTER}*"
    return tuple(dict.fromkeys([secret, *re.findall(pattern, source.line(line))]))


def _key_body(source: Source, line: int) -> tuple[str, ...]:
    """The lines between BEGIN and END: detect-secrets itself only names the first."""
    body: list[str] = []
    for text in source.lines[line:]:
        if "-----END" in text:
            break
        body.append(text.strip(" \t\r\"',+;\\"))
    return tuple(text for text in body if text)
