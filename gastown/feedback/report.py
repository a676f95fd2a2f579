"""ScoutReport: what one run of Bug Scout or Oracle did, as a value and as Markdown."""

from collections.abc import Iterable, Sequence

from pydantic import Field

from gastown.agents.prose import one_line
from gastown.feedback.sweep import Swept
from gastown.feedback.weigh import Topic
from gastown.stage import Frozen

SHOWN = 20


class SourceReport(Frozen):
    """How one source was read. `why` says what ended it early, `failed` that it was an error."""

    source: str
    pages: int = 0
    new: int = 0
    changed: int = 0
    skipped: int = 0
    why: str = ""
    failed: bool = False

    @classmethod
    def of(cls, swept: Swept) -> "SourceReport":
        """A sweep as a value that is kept."""
        names = ("source", "pages", "new", "changed", "skipped", "why", "failed")
        return cls(**{name: getattr(swept, name) for name in names})


class ScoutReport(Frozen):
    """`sorted` items were read by a model now, `unread` wait for it, `why` if it did not read all.

    `sources` are those that were read; `items` and `topics` are all that the repository holds.
    """

    reader: str
    sources: tuple[SourceReport, ...] = ()
    sorted: int = 0
    unread: int = 0
    why: str = ""
    items: int = 0
    topics: int = Field(default=0, description="Items that say the same are one.")
    top: tuple[str, ...] = Field(default=(), description="The heaviest, one line each.")

    @property
    def line(self) -> str:
        """All of it in a line."""
        new, changed = (sum(getattr(one, name) for one in self.sources) for name in _NEWS)
        failed = sum(one.failed for one in self.sources)
        trouble = f", {failed} sources failed" if failed else ""
        return (
            f"{self.reader}: {new} new, {changed} changed, {self.sorted} sorted, "
            f"{self.unread} to be sorted; {self.items} items in {self.topics} topics{trouble}"
        )


_NEWS = ("new", "changed")


def top_lines(topics: Sequence[Topic]) -> tuple[str, ...]:
    """The heaviest topics, one line each."""
    return tuple(
        f"{topic.id} {topic.kind}, {topic.severity}, {len(topic.voices)} people, "
        f"{topic.votes} votes: {one_line(topic.title, 100)}"
        for topic in topics[:SHOWN]
    )


def scout_page(report: ScoutReport) -> str:
    """As Markdown; what strangers wrote is code, so that it styles and links nothing."""
    rows = [
        f"| {one.source} | {one.pages} | {one.new} | {one.changed} | {one.skipped} "
        f"| {_plain(one.why)} |"
        for one in report.sources
    ]
    head = ["| source | pages | new | changed | skipped | ended by |", "|---|---|---|---|---|---|"]
    why = [f"Not all was sorted: {_plain(report.why)}", ""] if report.why else []
    return "\n".join(
        [report.line, "", *why, *head, *rows, "", *_listed(report.top), "See them: `town inbox`"]
    )


def _listed(lines: Iterable[str]) -> list[str]:
    listed = [f"- `{line.replace('`', chr(39))}`" for line in lines]
    return [*listed, ""] if listed else []


def _plain(text: str) -> str:
    return one_line(text, 300).replace("|", "/").replace("`", "'").replace("<", "(")
