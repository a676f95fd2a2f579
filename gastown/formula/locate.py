"""Locate: remarks become findings, with the key as a person names it and the line it stands on."""

from collections.abc import Iterable, Mapping

from gastown.formula.finding import Finding, Path, Remark
from gastown.formula.lines import lines
from gastown.formula.model import Formula


def located(remarks: Iterable[Remark], formula: Formula, text: str = "") -> list[Finding]:
    """The findings in the order of their lines; without the text there are no lines."""
    found = list(remarks)
    where = lines(text) if found and text else {}
    findings = [
        Finding(
            severity=remark.severity,
            file=formula.source or formula.name,
            line=_line(remark.path, where),
            key=key_of(remark.path, formula),
            message=remark.message,
        )
        for remark in found
    ]
    return sorted(findings, key=lambda finding: finding.line or 0)


def key_of(path: Path, formula: Formula) -> str:
    """`steps.work.needs`: a step by its id, any other list item by its number."""
    if len(path) > 1 and path[0] == "steps" and isinstance(path[1], int):
        name = formula.steps[path[1]].id
        if not unnamed(name):
            path = ("steps", name, *path[2:])
    text = ".".join(f"[{part}]" if isinstance(part, int) else part for part in path)
    return text.replace(".[", "[")


def unnamed(step: str) -> bool:
    """Whether an id only stands in for one that a file does not give."""
    return not step or step.startswith("steps[")


def _line(path: Path, where: Mapping[Path, int]) -> int | None:
    """The line of the path, or of the nearest table around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in where:
            return where[path[:length]]
    return None
