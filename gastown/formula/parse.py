"""Parse: the text of a formula file, TOML or JSON, into a Formula; every finding at once."""

import hashlib
import json
import re
import tomllib
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, cast

from gastown.formula.check import check
from gastown.formula.finding import Finding, Path, refuse
from gastown.formula.locate import located
from gastown.formula.model import Formula
from gastown.formula.shape import shape

_AT = re.compile(r"at line (\d+)")


def parse_formula(text: str, source: str) -> Formula:
    """The formula that a file's text says.

    Args:
        text: TOML, or JSON where `source` ends in .json or the text begins with a brace.
        source: The file's path; it stands in every finding.

    Raises:
        FormulaError: With every error that is in the text.
    """
    parsed = parse(text, source)
    refuse(parsed.findings)
    return parsed.formula


@dataclass(frozen=True, slots=True)
class Parsed:
    """A formula as far as the text says one; cook it only if no finding is an error."""

    formula: Formula
    findings: list[Finding]


def parse(text: str, source: str) -> Parsed:
    """The same without raising, for those who want to say more about the formula."""
    text = text.removeprefix("\ufeff")
    try:
        data = _read(text, source)
    except (ValueError, RecursionError) as error:
        return Parsed(Formula(name=PurePath(source).name), [_unreadable(error, source)])
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    formula, remarks = shape(data, source, digest)
    noted = {remark.path for remark in remarks if remark.severity == "error"}
    remarks += [remark for remark in check(formula) if not noted & _around(remark.path)]
    return Parsed(formula, located(remarks, formula, text))


def _around(path: Path) -> set[Path]:
    """The path and every table it stands in; what is said of one is not said again inside."""
    return {path[:length] for length in range(1, len(path) + 1)}


def is_json(text: str, source: str) -> bool:
    """Whether a text is meant to be JSON: by the file's name, or by the brace it begins with."""
    return source.endswith(".json") or text.lstrip("\ufeff \t\r\n").startswith("{")


def _read(text: str, source: str) -> dict[str, Any]:
    text.encode()
    if not is_json(text, source):
        return tomllib.loads(text)
    data = json.loads(text, object_pairs_hook=_no_doubles, parse_constant=_no_constant)
    if not isinstance(data, dict):
        raise ValueError("a formula is a JSON object")  # noqa: TRY004 - the text is wrong, not a type
    json.dumps(data, ensure_ascii=False).encode()
    return cast("dict[str, Any]", data)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table: dict[str, Any] = {}
    for key, value in pairs:
        if key in table:
            raise ValueError(f"the key {key!r} stands twice in one object")
        table[key] = value
    return table


def _no_constant(name: str) -> Any:
    raise ValueError(f"JSON has no {name}")


def _unreadable(error: Exception, source: str) -> Finding:
    """What the text's parser said; the two say the line in two ways."""
    reason, line = str(error), None
    if isinstance(error, UnicodeEncodeError):
        reason = "half a surrogate pair, which is no character"
    elif isinstance(error, RecursionError):
        reason = "nested too deeply"
    elif isinstance(error, json.JSONDecodeError):
        reason, line = f"{error.msg} (at line {error.lineno}, column {error.colno})", error.lineno
    elif match := _AT.search(reason):
        line = int(match[1])
    return Finding("error", source, line, "", reason)
