"""Handed: what a role hands over that worked alone: a branch, and a report of what code saw."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from gastown.agents.brief import material
from gastown.stage import Frozen


class Handed(Frozen):
    """The outcome of one piece of work on one repository."""

    role: str
    name: str = Field(description="The repository.")
    base: str = Field(description="The commit that the work set out from.")
    branch: str = Field(default="", description="The new branch; of a review, the one read.")
    verdict: str = Field(default="done", description="Of a review: approve or rework.")
    summary: str
    tests: str = Field(default="", description="The last run of the tests, in one line.")
    reasons: tuple[str, ...] = Field(default=(), description="Why red; or what is to change.")
    facts: dict[str, Any] = Field(default_factory=dict, description="What code found.")
    patch: str = Field(default="", description="The change as it may be shown: without secrets.")
    folder: str = Field(default="", description="Where transcripts and logs are.")

    @property
    def good(self) -> bool:
        """Whether nothing is left to be set right."""
        return self.verdict != "rework"

    @property
    def line(self) -> str:
        """One line: what came of it, and where it is."""
        where = f" on branch {self.branch}" if self.branch else ""
        return f"{self.name}: {self.verdict}{where}: {self.summary}"

    @property
    def report(self) -> str:
        """As a page."""
        return "\n\n".join(part for part in self._parts() if part)

    def _parts(self) -> Iterator[str]:
        yield f"# {self.role.capitalize()}: {self.name}\n\n{self.summary}"
        where = (
            f"`{self.branch}`, from `{self.base[:10]}`" if self.branch else f"`{self.base[:10]}`"
        )
        yield f"- branch: {where}\n- verdict: {self.verdict}\n- tests: {self.tests or 'not run'}"
        if self.reasons:
            yield "## Said\n\n" + "\n".join(f"- {reason}" for reason in self.reasons)
        if coverage := self.facts.get("coverage"):
            yield f"## Found by code\n\n{coverage}"
        yield _table(self.facts.get("findings", ()), ("file", "line", "rule", "text", "certain"))
        yield _table(self.facts.get("criteria", ()), ("criterion", "met", "evidence"))
        if self.patch:
            yield material("the change", self.patch)


def _table(rows: Any, columns: tuple[str, ...]) -> str:
    found: list[Mapping[str, Any]] = list(rows)
    if not found:
        return ""
    head = [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return "\n".join([*head, *(f"| {' | '.join(_cells(row, columns))} |" for row in found)])


def _cells(row: Mapping[str, Any], columns: tuple[str, ...]) -> Iterator[str]:
    for column in columns:
        yield " ".join(str(row.get(column, "")).split()).replace("|", "\\|")
