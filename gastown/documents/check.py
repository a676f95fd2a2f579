"""check_pages: the faults of a rig's documentation, as its tree lies there."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

from gastown.agents.globs import matches
from gastown.documents.blocks import check_blocks
from gastown.documents.fault import Fault
from gastown.documents.links import check_links
from gastown.documents.page import Page, read_page
from gastown.documents.section import find_section
from gastown.errors import ConfigError

PAGES = ("**/*.md", "**/*.markdown")
MAX_BYTES = 2_000_000


def pages_of(files: Iterable[str], docs: Sequence[str]) -> tuple[str, ...]:
    """The Markdown pages among a rig's files that its documentation is made of."""
    return tuple(file for file in files if matches(file, PAGES) and matches(file, docs))


def check_pages(root: Path, pages: Iterable[str]) -> tuple[Fault, ...]:
    """Faults of the pages at these paths of a tree, in their order; one that is gone has none."""

    @cache
    def read(file: str) -> Page:
        return read_page(_text(root / file))

    return tuple(fault for file in pages for fault in _faults(root, file, read))


def _faults(root: Path, file: str, read: Callable[[str], Page]) -> list[Fault]:
    if not _is_page(root / file):
        return []
    found = [*check_links(root, file, read(file), read), *check_blocks(file, read(file))]
    try:
        find_section(_text(root / file))
    except ConfigError as error:
        what = "a section of the town's"
        found.append(Fault(file=file, line=1, kind="section", what=what, why=str(error)))
    return sorted(found, key=lambda fault: fault.line)


def _is_page(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.stat().st_size <= MAX_BYTES


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
