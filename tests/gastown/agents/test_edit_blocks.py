"""Edits are found in whatever wrapping a small model puts around them."""

import pytest

from gastown.agents.edit_blocks import Edit, parse_blocks

FILES = ["src/calc.py", "README.md", "Makefile"]
BODY = "<<<<<<< SEARCH\na\n=======\nb\n>>>>>>> REPLACE"
EDIT = Edit("src/calc.py", "a\n", "b\n")


@pytest.mark.parametrize(
    "text",
    [
        f"src/calc.py\n{BODY}",
        f"I fix it.\n\n**`src/calc.py`**\n\n{BODY}\n\nDone.",
        f"### File: src/calc.py\n```python\n{BODY}\n```",
        f"src/calc.py\n```\n{BODY}\n```",
        f"```python\nsrc/calc.py\n{BODY}\n```",
        f"calc.py:\n{BODY}",
        f"./src/calc.py\n{BODY.replace('<<<<<<<', '<<<<<').replace('=======', '=====')}",
    ],
)
def test_an_edit_is_found(text: str):
    found = parse_blocks(text, FILES)

    assert found.edits == [EDIT]
    assert not found.problems


def test_a_second_edit_without_a_path_is_of_the_same_file():
    found = parse_blocks(f"src/calc.py\n{BODY}\n\nand\n\n{BODY}", FILES)

    assert found.edits == [EDIT, EDIT]


def test_a_whole_file_is_its_path_and_a_fence():
    found = parse_blocks("src/new.py\n```python\nx = 1\n\ny = 2\n```\nThat is all.", FILES)

    assert found.edits == [Edit("src/new.py", None, "x = 1\n\ny = 2\n")]
    assert found.rest.endswith("That is all.")


def test_a_path_may_stand_in_the_fence_line():
    assert parse_blocks("```python src/new.py\nx\n```", FILES).edits == [
        Edit("src/new.py", None, "x\n")
    ]


def test_a_file_without_a_dot_is_known_by_name():
    assert parse_blocks("Makefile\n```\nall:\n```", FILES).edits == [
        Edit("Makefile", None, "all:\n")
    ]


def test_an_edit_with_nothing_to_search_in_a_new_file_is_the_whole_file():
    text = "src/new.py\n<<<<<<< SEARCH\n=======\nx = 1\n>>>>>>> REPLACE"

    assert parse_blocks(text, FILES).edits == [Edit("src/new.py", None, "x = 1\n")]


def test_markdown_may_hold_fences():
    text = "README.md\n```markdown\n# T\n```sh\nmake\n```\nend\n```\nbye"

    assert parse_blocks(text, FILES).edits == [
        Edit("README.md", None, "# T\n```sh\nmake\n```\nend\n")
    ]


def test_a_longer_fence_holds_shorter_ones():
    text = "src/doc.py\n````\n```\nx\n```\n````"

    assert parse_blocks(text, FILES).edits == [Edit("src/doc.py", None, "```\nx\n```\n")]


def test_a_whole_file_is_never_guessed_to_be_another():
    """A new file in another folder must not overwrite the one that is spelt alike."""
    found = parse_blocks("docs/README.md\n```\nx\n```", FILES)

    assert [edit.path for edit in found.edits] == ["docs/README.md"]


def test_a_fence_without_a_path_is_prose():
    found = parse_blocks('Look:\n```json\n{"verdict": "approve"}\n```', FILES)

    assert not found.edits
    assert '{"verdict": "approve"}' in found.rest


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("src/calc.py\n<<<<<<< SEARCH\na\n=======\nb\n", "has no end"),
        ("src/calc.py\n<<<<<<< SEARCH\na\n", "has no end"),
        (f"So:\n{BODY}", "names no file"),
        ("src/new.py\n```\nx = 1", "never closed"),
    ],
)
def test_a_broken_edit_is_named(text: str, problem: str):
    found = parse_blocks(text, FILES)

    assert not found.edits
    assert problem in found.problems[0]
