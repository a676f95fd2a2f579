"""Item: one thing that somebody said in public, as its source tells it. Untrusted, every word."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from gastown.agents.prose import clean, one_line, whole
from gastown.stage import Frozen

TEXT_CHARS = 20_000
TITLE_CHARS = 300
LABELS = 20
NAMES = 40
MAX_COUNT = 10_000_000  # no thread has more votes; a larger number is a lie, or a mistake


def _in_utc(moment: datetime) -> datetime:
    known = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return known.astimezone(UTC).replace(microsecond=0)
    except (OverflowError, ValueError):
        return datetime(1970, 1, 1, tzinfo=UTC)


def _counted(number: int) -> int:
    return max(0, min(number, MAX_COUNT))


Moment = Annotated[datetime, AfterValidator(_in_utc)]
Count = Annotated[int, AfterValidator(_counted)]
UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of what has none."""


def _cut(text: str) -> str:
    return text if len(text) <= TEXT_CHARS else f"{text[: TEXT_CHARS - 1].rstrip()}…"


def _link(text: str) -> str:
    """A web address without white space or what would end a Markdown link; else nothing."""
    said = one_line(text)
    fit = said.startswith(("https://", "http://")) and len(said) <= 2_000  # noqa: PLR2004
    return said if fit and not set(said) & set(" <>()[]\"'`\\") else ""


def _names(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({one_line(name, 200) for name in names[:NAMES]} - {""}))


def _short(labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({one_line(label, 60) for label in labels[:LABELS]} - {""}))


class Item(Frozen):
    """One report, wish or post. Texts are cut to what a person would read, and steer nothing.

    `key` is the source's own name for it, the same at every reading; `author` is a name or id,
    `aliases` are its author's further names, `others` those whom its source names beside it: who
    is answered or mentioned. None of these names is kept.
    """

    key: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(whole)]
    title: Annotated[str, AfterValidator(lambda text: one_line(text, TITLE_CHARS))] = ""
    text: Annotated[str, AfterValidator(lambda text: _cut(clean(text)))] = ""
    url: Annotated[str, AfterValidator(_link)] = ""
    author: Annotated[str, AfterValidator(lambda text: one_line(text, 200))] = ""
    aliases: Annotated[tuple[str, ...], AfterValidator(_names)] = ()
    others: Annotated[tuple[str, ...], AfterValidator(_names)] = ()
    created: Moment = UNKNOWN
    updated: Moment = UNKNOWN
    votes: Count = 0
    replies: Count = 0
    labels: Annotated[tuple[str, ...], AfterValidator(_short)] = ()
    closed: bool = False
