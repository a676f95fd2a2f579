"""Brief: what is sent in the morning: a wording that held, else the facts themselves."""

from datetime import date

from pydantic import Field

from gastown.morning.fact import Fact, Morning, plain
from gastown.morning.wording import Wording
from gastown.morning.wording import worded as worded_text
from gastown.stage import Frozen, Usage


class Brief(Frozen):
    """One day's brief. `because` says why no model's wording is in it."""

    town: str
    day: date
    title: str
    text: str = Field(description="Markdown.")
    facts: tuple[Fact, ...]
    worded: bool = False
    because: str = ""
    model: str | None = None
    usage: Usage = Usage()

    def files(self) -> dict[str, str]:
        """The brief as Markdown, and with its facts as JSON."""
        name = self.day.isoformat()
        return {f"{name}.md": self.text, f"{name}.json": self.model_dump_json(indent=1) + "\n"}


def plain_brief(morning: Morning, because: str = "", usage: Usage = Usage()) -> Brief:  # noqa: B008 — a frozen value
    """The facts, in their sections."""
    return Brief(
        town=morning.town,
        day=morning.day,
        title=morning.title,
        text=plain(morning),
        facts=morning.facts,
        because=because,
        usage=usage,
    )


def worded_brief(morning: Morning, answer: Wording, model: str | None, usage: Usage) -> Brief:
    """What the model said of them; code has found every number of it in the facts."""
    return plain_brief(morning, usage=usage).model_copy(
        update={"text": worded_text(morning, answer), "worded": True, "model": model}
    )
