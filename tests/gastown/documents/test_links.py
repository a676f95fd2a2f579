"""A link must lead somewhere in the tree; addresses are judged by their form alone."""

import pytest

from gastown.documents.check import check_pages
from tests.gastown.rigs.given import write

FILES = {
    "README.md": "# Top\n\n## Second part\n",
    "docs/guide.md": "# Guide\n",
    "docs/a b.md": "# Blank\n",
    "src/game.py": "a = 1\nb = 2\n",
    ".git/config": "",
}


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "tree"
    write(root, FILES)
    (root / "self.md").symlink_to("self.md")
    (tmp_path / "outside.md").write_text("# Out\n")
    (root / "out.md").symlink_to(tmp_path / "outside.md")
    return root


def faults(tree, link, file="docs/page.md"):
    write(tree, {file: f"# Page\n\n[x]({link})\n"})
    return [fault.why for fault in check_pages(tree, [file])]


@pytest.mark.parametrize(
    "link",
    [
        "guide.md", "./guide.md#guide", "../README.md#second-part", "/README.md", "../src/",
        "../src/game.py#L2", "../src/game.py#L1-L2", "#page", "<a b.md>", "a%20b.md",
        "guide.md?plain=1", "https://example.org:8080/a?b#c", "//example.org/a",
        "mailto:ann@example.org", "http://localhost", "../README.md#Second-Part",
    ],
)  # fmt: skip
def test_what_leads_somewhere_is_no_fault(tree, link):
    assert faults(tree, link) == []


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("gone.md", "there is no such file"),
        ("/gone.md", "there is no such file"),
        ("../.git/config", "there is no such file"),
        ("../../outside.md", "it leads out of the repository"),
        ("../out.md", "it leads out of the repository"),
        ("../README.md#third", "README.md has no heading #third"),
        ("#nothing", "docs/page.md has no heading #nothing"),
        ("../src/game.py#L9", "it has 2 lines"),
        pytest.param(f"../src/game.py#L{'9' * 5_000}", "it has 2 lines", id="no number"),
        pytest.param("a" * 5_000, "there is no such file", id="no name"),
        pytest.param("a/" * 3_000, "there is no such file", id="no path"),
        ("%00.md", "there is no such file"),
        ("../self.md", "there is no such file"),
        ("http://", "names no host"),
        ("https://:80/x", "names no host"),
        ("http://[::1", "is no address"),
        ("http://host:port/", "is no address"),
        ("javascript:alert(1)", "javascript: has no place in a document"),
        ("mailto:nobody", "names no mailbox"),
        ("", "it leads nowhere"),
    ],
)
def test_what_does_not_is_told_with_the_reason(tree, link, why):
    (said,) = faults(tree, link)

    assert said.startswith(why)


def test_a_fault_names_file_and_line(tree):
    write(tree, {"docs/page.md": "# Page\n\ntext\n[x](gone.md)\n[y][z]\n"})

    assert [str(fault) for fault in check_pages(tree, ["docs/page.md"])] == [
        "docs/page.md:4: link to gone.md: there is no such file",
        "docs/page.md:5: reference [z]: nothing defines it",
    ]
