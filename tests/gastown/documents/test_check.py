"""Pages as a whole: which are checked, what was wrong before, and our own documents."""

from pathlib import Path

import pytest

from gastown.documents.check import check_pages, pages_of
from gastown.documents.fault import Fault, fresh
from tests.gastown.rigs.given import write

ROOT = Path(__file__).parents[3]


def test_only_markdown_of_the_documentation_is_checked():
    files = ["README.md", "docs/a.md", "docs/a.png", "src/notes.md"]

    assert pages_of(files, ("README.md", "docs/**")) == ("README.md", "docs/a.md")


def test_a_page_that_is_gone_or_a_link_has_no_faults(tmp_path):
    (tmp_path / "link.md").symlink_to("/etc/hostname")

    assert check_pages(tmp_path, ["gone.md", "link.md"]) == ()


def test_links_code_and_sections_are_checked_together_in_order(tmp_path):
    write(tmp_path, {"a.md": "<!-- town:begin -->\n\n```json\n{\n```\n\n[x](y.md)\n"})

    assert [fault.kind for fault in check_pages(tmp_path, ["a.md"])] == ["section", "code", "link"]


def test_a_fault_that_moved_is_not_a_fresh_one():
    old = Fault(file="a.md", line=3, kind="link", what="link to x", why="gone")
    moved, other = old.model_copy(update={"line": 9}), old.model_copy(update={"what": "link to y"})

    assert fresh([moved, other], [old]) == (other,)


@pytest.mark.parametrize("name", ["README.md", "docs"])
def test_our_own_documents_have_no_faults(name):
    place = ROOT / name
    pages = [place] if place.is_file() else sorted(place.rglob("*.md"))

    faults = check_pages(ROOT, [page.relative_to(ROOT).as_posix() for page in pages])

    assert [str(fault) for fault in faults] == []
