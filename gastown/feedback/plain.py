"""plain: what a browser would show of HTML, without its looks, in time linear in its length.

Python's own parser takes minutes for a page of unclosed tags, which a stranger may post.
"""

import re
from collections.abc import Iterator
from html import unescape

_BLOCKS = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "h4", "pre", "blockquote"})
_UNSAID = frozenset({"script", "style"})
_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-zA-Z][\w:-]*+)"""
    r"""(?:(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>|[^<>]*+>)|<[!?/][^<>]*+>"""
)
_NUMBER = re.compile(r"&#(?:\d{8,}|[xX][0-9a-fA-F]{7,});?")
"""A character that none can be; Python refuses to count so far."""


def plain_text(html: str) -> str:
    """The text of a page or of a part of one; of what is no HTML, all of it."""
    if "<" not in html and "&" not in html:
        return html
    said, unsaid, at = list[str](), "", 0
    page = "".join(_without_comments(html))
    for tag in _TAG.finditer(page):
        said += [] if unsaid else [_text(page[at : tag.start()])]
        at, name = tag.end(), (tag["name"] or "").lower()
        if unsaid:
            unsaid = "" if tag["end"] and name == unsaid else unsaid
        elif not tag["end"]:
            unsaid = name if name in _UNSAID else ""
            said += ["\n"] if name in _BLOCKS else []
    return "".join([*said, "" if unsaid else _text(page[at:])])


def _without_comments(html: str) -> Iterator[str]:
    """The parts between comments; one that does not end is the page's last."""
    at = 0
    while (start := html.find("<!--", at)) >= 0:
        yield html[at:start]
        end = html.find("-->", start + 4)
        if end < 0:
            return
        at = end + 3
    yield html[at:]


def _text(part: str) -> str:
    return unescape(_NUMBER.sub("\N{REPLACEMENT CHARACTER}", part))
