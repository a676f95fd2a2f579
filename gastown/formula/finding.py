"""Finding: one remark on a formula file, with the place it is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from gastown.errors import FormulaError

Severity = Literal["error", "warning", "note"]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong or odd, and where. An error keeps the formula from being cooked."""

    severity: Severity
    file: str
    line: int | None
    key: str
    message: str
    elsewhere: str = ""  # where bd or gt would do otherwise: "bd: ignores it; gt: refuses it"

    def __str__(self) -> str:
        """`file:line: key: message`, leaving out what is not known."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (place, self.key, self.message) if part)


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding before its line is looked up; `path` is where it stands in the document."""

    path: Path
    message: str
    severity: Severity = "error"
    elsewhere: str = ""


def refuse(findings: Iterable[Finding]) -> None:
    """Raise FormulaError with every finding that is an error; do nothing when there is none."""
    errors = [str(finding) for finding in findings if finding.severity == "error"]
    if errors:
        raise FormulaError(errors)
