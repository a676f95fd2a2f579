"""feed: RSS and Atom, as text into items; nothing in a feed can make the parser fetch or grow.

Declarations are refused (no entity expands), depth and number of entries are bounded.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from gastown.agents.prose import whole
from gastown.errors import SourceError
from gastown.feedback.item import UNKNOWN, Item
from gastown.feedback.plain import plain_text

MAX_DEPTH = 50
MAX_ENTRIES = 5_000
_KEY_CHARS = 500


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed says; `following` is the address of its next page (RFC 5005)."""

    items: tuple[Item, ...]
    following: str = ""
    skipped: int = 0


def parse_feed(data: bytes, place: str) -> Feed:
    """Read RSS 0.9 to 2.0, RDF or Atom. Raises SourceError for anything else."""
    try:
        root = _tree(data)
    except (expat.ExpatError, ValueError) as error:
        raise SourceError(f"{place}: is no feed: {error}", retryable=True) from None
    if root.tag not in {"rss", "RDF", "feed"}:
        raise SourceError(f"{place}: is no feed: its root is <{root.tag}>", retryable=False)
    entries = [one for one in root.iter() if one.tag in {"item", "entry"}][:MAX_ENTRIES]
    items = [item for entry in entries if (item := _item(entry)) is not None]
    return Feed(tuple(items), _following(root), len(entries) - len(items))


def _tree(data: bytes) -> Element:
    """The document as elements, names without their spaces. Raises ValueError at a declaration."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise ValueError(f"it is nested deeper than {MAX_DEPTH} elements")
        builder.start(_bare(tag), attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_bare(tag))

    def refuse(*_: object) -> None:
        raise ValueError("it declares a document type, which no feed needs")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(data, True)  # noqa: FBT003 — expat takes it by place
    return builder.close()


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


def _item(entry: Element) -> Item | None:
    link, created = _link(entry), _date(entry, "published", "pubDate", "date", "issued")
    updated = _date(entry, "updated", "modified") or created
    title, text = plain_text(_text(entry, "title")), plain_text(_text(entry, *_BODIES))
    key = _key(_text(entry, "guid", "id") or link or f"{title} {created}")
    if not key or not (title.strip() or text.strip()):
        return None
    return Item(
        key=key,
        title=title,
        text=text,
        url=link,
        author=_author(entry),
        created=created or updated or UNKNOWN,
        updated=updated or UNKNOWN,
        labels=tuple(_labels(entry)),
    )


def _key(name: str) -> str:
    """The entry's own name; of one that is longer than a key may be, its hash."""
    bare = name.strip()
    if len(bare) <= _KEY_CHARS:
        return bare
    return hashlib.sha256(whole(bare).encode()).hexdigest()


_BODIES = ("encoded", "content", "description", "summary")


def _text(entry: Element, *names: str) -> str:
    """The text of the first child that has one of the names, best name first."""
    for name in names:
        for child in entry:
            if child.tag == name and (said := "".join(child.itertext()).strip()):
                return said
    return ""


def _link(entry: Element) -> str:
    links = [one for one in entry if one.tag == "link"]
    told = [one for one in links if one.get("rel", "alternate") == "alternate"]
    return next((one.get("href") or (one.text or "").strip() for one in told), "")


def _author(entry: Element) -> str:
    for child in entry:
        if child.tag in {"author", "creator"}:
            return (_text(child, "name") or "".join(child.itertext())).strip()
    return ""


def _labels(entry: Element) -> Iterator[str]:
    for child in entry:
        if child.tag == "category":
            yield child.get("term") or (child.text or "")


def _date(entry: Element, *names: str) -> datetime | None:
    text = _text(entry, *names)
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text)
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError, TypeError):
            continue
    return None


def _following(root: Element) -> str:
    """The next page, which a feed names beside its entries, not in one."""
    places = [root, *(one for one in root if one.tag == "channel")]
    links = (one for place in places for one in place if one.tag == "link")
    return next((one.get("href", "") for one in links if one.get("rel") == "next"), "")
