"""Secrets: detect-secrets over every text file, and the whole body of each private key."""

import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

from gastown.agents.globs import matches
from gastown.rigs.scan.child import ScannerError, run_python
from gastown.rigs.scan.finding import Heard, Hit, Severity
from gastown.rigs.scan.gdscript import VERSION, scan_rules
from gastown.rigs.scan.redact import LONG, redact
from gastown.rigs.scan.rules import RULES, SCENES, TEXT_RULES
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

_LITERAL = re.compile(r"""(["'])((?:\\.|(?!\1).)+)\1""")
_PACKED = re.compile(r"\bPacked\w+Array\(")
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
    hits = [
        _hit(files[one["file"]], one["kind"], one["line"], one["secret"])
        for one in found
        if not _is_data(files[one["file"]], one["kind"], one["line"])
    ]
    return Heard(list(dict.fromkeys(hits)), version(NAME))


def scan_text(sources: Sequence[Source]) -> Heard:
    """Hits of our own rules for what the scanner was seen to miss, in any text file."""
    return Heard([hit for one in sources for hit in scan_rules(one, TEXT_RULES)], VERSION)


def redact_found(text: str, known: Iterable[str] = ()) -> str:
    """`text`, a diff say, without `known` secrets and those that scanner and rules see in it.

    A diff shows lines that the tree no longer has. Raises ScannerError when it cannot be scanned.
    """
    return redact(text, {*known, *(secret for hit in hits_in(text) for secret in hit.secrets)})


def shown(text: str) -> str:
    """`text`, a diff say, for a page; struck by our rules alone where it cannot be scanned."""
    try:
        return redact_found(text)
    except (ScannerError, OSError, ValueError):
        return struck(text)


def hits_in(text: str) -> list[Hit]:
    """What scanner and rules see in a text, by its lines. Raises ScannerError."""
    source = _source(text)
    with tempfile.TemporaryDirectory(prefix="gastown-scan-") as folder:
        Path(folder, source.path).write_text("\n".join(source.lines), encoding="utf-8")
        return [*scan_secrets(Path(folder), [source]).hits, *scan_rules(source, _TELLING)]


def rule_hits_in(text: str) -> list[Hit]:
    """What our own rules see in it; no program is started."""
    return list(scan_rules(_source(text), _TELLING))


def struck(text: str) -> str:
    """`text`, a program's complaint say, without what our own rules take for a secret in it."""
    return redact(text, {secret for hit in rule_hits_in(text) for secret in hit.secrets})


def _source(text: str) -> Source:
    """A text as a file; of a diff, the lines that it shows."""
    lines = (line.removeprefix("+").removeprefix("-") for line in text.split("\n"))
    return Source("text", tuple(lines))


def _is_data(source: Source, kind: str, line: int) -> bool:
    """A scene's packed bytes, of a tile map say, look like a key: long and without a pattern."""
    return (
        kind.endswith("Entropy String")
        and matches(source.path, SCENES)
        and _PACKED.search(source.line(line)) is not None
    )


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
    """The secret, and the words around it: some plugins give only the first letters of a token.

    Settings files are rewritten before the plugins see them, so what they give may be quoted once
    more than the file has it, or end at a quote. Then every literal of the line is taken for one.
    """
    text = source.line(line)
    forms = (secret, secret.rstrip("\\"), re.sub(r"\\(.)", r"\1", secret))
    found = next((form for form in forms if form and form in text), "")
    if not found or set(found) & set("\"'()"):
        literals = [match[2] for match in _LITERAL.finditer(text)]
        values = literals or re.findall(
            rf"{_AFTER}{{{LONG},}}", re.split("[=:]", text, maxsplit=1)[-1]
        )
        return tuple(dict.fromkeys([found or secret, *values]))
    pattern = rf"{_BEFORE}*{re.escape(found)}{_AFTER}*"
    return tuple(dict.fromkeys([found, *re.findall(pattern, text)]))


def _key_body(source: Source, line: int) -> tuple[str, ...]:
    """The lines between BEGIN and END: detect-secrets itself only names the first."""
    body: list[str] = []
    for text in source.lines[line:]:
        if "-----END" in text:
            break
        body.append(text.strip(" \t\r\"',+;\\"))
    return tuple(text for text in body if text)
