"""Fact: one sentence that code wrote, with a number by which a wording refers to it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

from pydantic import Field

from gastown.agents.prose import as_markdown, one_line
from gastown.stage import Frozen

FACT_CHARS = 400
Section = Literal[
    "Waiting for a person",
    "Failed",
    "Landed",
    "Merged",
    "Work",
    "Security",
    "Bugs",
    "Feedback",
    "Money",
    "Forecast",
]
SECTIONS: tuple[Section, ...] = (
    "Waiting for a person",
    "Failed",
    "Landed",
    "Merged",
    "Work",
    "Security",
    "Bugs",
    "Feedback",
    "Money",
    "Forecast",
)


class Line(NamedTuple):
    """A fact before it has a number. `must`: no wording may leave it out."""

    section: Section
    text: str
    must: bool = False


class Fact(Frozen):
    """One thing that is so."""

    number: int
    section: Section
    text: str
    must: bool = Field(default=False, description="No wording may leave it out.")


class Morning(Frozen):
    """Everything that a brief may say of one day of a town."""

    town: str
    day: date
    facts: tuple[Fact, ...] = ()

    @property
    def title(self) -> str:
        """What stands above it."""
        return f"{self.town}, {self.day:%A} {self.day.isoformat()}"


def numbered(lines: Iterable[Line]) -> tuple[Fact, ...]:
    """The lines as facts, in the order of their sections."""
    ordered = sorted(lines, key=lambda line: SECTIONS.index(line.section))
    return tuple(
        Fact(number=n, section=line.section, text=one_line(line.text, FACT_CHARS), must=line.must)
        for n, line in enumerate(ordered, start=1)
    )


def plain(morning: Morning) -> str:
    """The facts themselves as Markdown: what a reader gets where no model worded them."""
    parts = [f"# {as_markdown(morning.title)}", ""]
    for section in SECTIONS:
        mine = [fact for fact in morning.facts if fact.section == section]
        if mine:
            parts += [f"## {section}", "", *(f"- {as_markdown(fact.text)}" for fact in mine), ""]
    if not morning.facts:
        parts += ["Nothing happened, and nothing waits.", ""]
    return "\n".join(parts)


def listed(facts: Sequence[Fact]) -> str:
    """The facts as a model reads them."""
    return "\n".join(
        f"{fact.number}. [{fact.section}{', must be told' if fact.must else ''}] {fact.text}"
        for fact in facts
    )
