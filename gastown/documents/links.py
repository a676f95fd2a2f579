"""Links: relative ones must lead to a file and an anchor of the tree; nothing is ever fetched."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote, urlsplit

from gastown.documents.fault import Fault
from gastown.documents.page import Link, Page

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_LINES = re.compile(r"L(\d+)(?:-L?(\d+))?")
_DIGITS = 9  # of a line's number; no file has more lines
_WEB = frozenset({"http", "https"})
_NEVER = frozenset({"javascript", "vbscript", "data", "file"})
_PAGES = (".md", ".markdown")

ReadPage = Callable[[str], Page]
"""A page of the tree by its path; it is there."""


def check_links(root: Path, file: str, page: Page, read: ReadPage) -> Iterator[Fault]:
    """Faults of a page's links.

    Args:
        root: The tree.
        file: The page's path in it.
        page: The page.
        read: Gives other pages, for their anchors.
    """
    for link in page.links:
        yield from _link(root, file, page, link, read)
    for link in page.undefined:
        what = f"reference [{link.target}]"
        yield Fault(file=file, line=link.line, kind="link", what=what, why="nothing defines it")


def _link(root: Path, file: str, page: Page, link: Link, read: ReadPage) -> Iterator[Fault]:
    target = link.target.strip()
    what = f"link to {target or 'nothing'}"
    if _SCHEME.match(target) or target.startswith("//"):
        why = _address(target)
        if why:
            yield Fault(file=file, line=link.line, kind="link", what=what, why=why)
        return
    path, _, anchor = unquote(target).partition("#")
    place = _place(file, path.partition("?")[0])
    why = _missing(root, place) if target else "it leads nowhere"
    if why:
        yield Fault(file=file, line=link.line, kind="link", what=what, why=why)
    elif anchor and (lost := _anchor(root, page if place == file else None, place, anchor, read)):
        yield Fault(file=file, line=link.line, kind="anchor", what=what, why=lost)


def _address(target: str) -> str:
    """What is wrong with the form of an address; empty if it can be one."""
    try:
        parts = urlsplit(target)
        _ = parts.port
    except ValueError as error:
        return f"is no address: {error}"
    if parts.scheme.lower() in _NEVER:
        return f"{parts.scheme}: has no place in a document"
    if parts.scheme.lower() in _WEB or not parts.scheme:
        host = parts.hostname or ""
        if not re.fullmatch(r"[^\s.]([^\s]*[^\s.])?\.?", host):
            return "names no host"
    if parts.scheme.lower() == "mailto" and "@" not in parts.path:
        return "names no mailbox"
    return ""


def _place(file: str, path: str) -> str:
    """A target's path from the root of the tree, `..` resolved; `file` itself for an empty one."""
    if not path:
        return file
    base = PurePosixPath() if path.startswith("/") else PurePosixPath(file).parent
    return normpath(str(base / path.lstrip("/")))


def _missing(root: Path, place: str) -> str:
    try:
        whole = (root / place).resolve()
        if place.startswith("..") or not whole.is_relative_to(root.resolve()):
            return "it leads out of the repository"
        there = whole.exists() and ".git" not in place.split("/")
    except (OSError, RuntimeError, ValueError):  # too long, a link to itself, no name at all
        there = False
    return "" if there else "there is no such file"


def _anchor(root: Path, own: Page | None, place: str, anchor: str, read: ReadPage) -> str:
    """Why an anchor is none, empty if it is one; of files that are no pages only lines are known.

    Anchors are compared as code hosts do, whatever the case.
    """
    if not place.lower().endswith(_PAGES):
        return _lines(root / place, anchor)
    page = own or read(place)
    if anchor.lower() in {one.lower() for one in page.anchors} or _LINES.fullmatch(anchor):
        return ""
    return f"{place} has no heading #{anchor}"


def _lines(path: Path, anchor: str) -> str:
    named = _LINES.fullmatch(anchor)
    if named is None or not path.is_file():
        return ""
    last = int((named[2] or named[1])[:_DIGITS])
    count = len(path.read_bytes().splitlines())
    return f"it has {count} lines" if last > count else ""
