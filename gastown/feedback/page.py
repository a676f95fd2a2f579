"""page: a private repository's topics as Markdown for a person."""

from collections.abc import Sequence

from gastown.feedback.weigh import Topic

FILE = "TOPICS.md"
SHOWN = 50


def topics_page(reader: str, found: Sequence[Topic], unread: int) -> str:
    """The heaviest topics; titles are code, so that they style and link nothing."""
    people = len({name for topic in found for name in topic.voices})
    items = sum(len(topic.items) for topic in found)
    head = f"{items} items by {people} people in {len(found)} topics; {unread} not read yet."
    rows = [
        f"| {topic.id} | {topic.kind} | {topic.severity} | {topic.score:g} | {len(topic.voices)} "
        f"| {topic.votes} | `{_cell(topic.title)}` |"
        for topic in found[:SHOWN]
    ]
    table = [
        "| topic | kind | severity | score | people | votes | title |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]
    return "\n".join([f"# {reader}", "", head, "", *(table if rows else []), ""])


def _cell(text: str) -> str:
    return " ".join(text.replace("`", "'").replace("|", "/").split()) or "-"
