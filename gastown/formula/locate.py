"""Locate: remarks become findings, with the key as a person names it and the line it stands on."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from gastown.formula.finding import Finding, Path, Remark
from gastown.formula.lines import lines
from gastown.formula.model import Formula
from gastown.formula.table import Table


def located(remarks: Iterable[Remark], formula: Formula, text: str = "") -> list[Finding]:
    """The findings in the order of their lines; without the text there are no lines."""
    found = list(remarks)
    where = {_plain(path): line for path, line in lines(text).items()} if found and text else {}
    findings = [
        Finding(
            severity=remark.severity,
            file=formula.source or formula.name,
            line=_line(remark.path, where),
            key=key_of(remark.path, formula),
            message=remark.message,
            elsewhere=remark.elsewhere,
        )
        for remark in found
    ]
    return sorted(findings, key=lambda finding: finding.line or 0)


def key_of(path: Path, formula: Formula) -> str:
    """`steps.work.loop.body.test.needs`: by its id what has one, else a list item by its number."""
    shown: list[str | int] = []
    value: Any = formula
    for part in path:
        value = _inside(value, part)
        name = getattr(value, "id", "") if isinstance(part, int) else ""
        shown.append(part if unnamed(name) else name)
    return path_text(shown)


def path_text(path: Iterable[str | int]) -> str:
    """`steps[3].needs`: a path as text."""
    text = ".".join(f"[{part}]" if isinstance(part, int) else part for part in path)
    return text.replace(".[", "[")


def unnamed(name: str) -> bool:
    """Whether an id only stands in for one that a file does not give; such a one has brackets."""
    return not name or "[" in name


def _inside(value: Any, part: str | int) -> Any:
    if isinstance(value, tuple | list) and isinstance(part, int):
        items = cast("tuple[Any, ...]", value)
        return items[part] if part < len(items) else None
    if isinstance(value, dict):
        return cast("dict[Any, Any]", value).get(part)
    if isinstance(value, Table) and isinstance(part, str):
        return getattr(value, part, None) or getattr(value, f"{part}_", None)
    return None


def _plain(path: Path) -> Path:
    """Keys match whatever their letters' case."""
    return tuple(part if isinstance(part, int) else part.lower() for part in path)


def _line(path: Path, where: Mapping[Path, int]) -> int | None:
    """The line of the path, or of the nearest table around it."""
    line: int | None = None
    here: Path = ()
    for part in _plain(path):
        if (*here, part) in where:
            here = (*here, part)
            line = where[here]
        elif part != 0:  # the file may write a table where the model has a list of one
            break
    return line
