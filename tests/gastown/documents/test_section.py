"""The town's section: what is put in is found again, and what is a person's stays to the letter."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gastown.documents.section import NAME, Section, find_section, with_section
from gastown.errors import ConfigError

PAGE = "# Game\n\nOurs.\n\n<!-- town:begin changes -->\nold\n<!-- town:end -->\n\n## More\n"


def section(page: str, name: str = NAME) -> Section:
    found = find_section(page, name)
    assert found
    return found


def test_the_section_is_replaced_and_the_rest_stays():
    text = with_section(PAGE, "new\n\n- two")

    assert text == PAGE.replace("old", "new\n\n- two")


def test_a_page_without_one_gets_it_at_its_end():
    text = with_section("# Game\n", "new", title="What changed")

    assert text == (
        "# Game\n\n## What changed\n\n<!-- town:begin changes -->\nnew\n<!-- town:end -->\n"
    )


def test_comments_within_a_fenced_block_are_text():
    shown = "```html\n<!-- town:begin changes -->\n```\n"

    assert find_section(shown) is None
    assert section(shown + PAGE).body == "old"


def test_sections_of_other_names_are_left_alone():
    page = PAGE.replace("changes", "credits")

    assert find_section(page) is None
    assert section(page, "credits").body == "old"
    assert "old" in with_section(page, "new")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<!-- town:begin changes -->\n", "line 1: town:begin without a town:end"),
        ("a\n<!-- town:end -->\n", "line 2: town:end without a town:begin"),
        (PAGE.replace("old", "<!-- town:begin x -->"), "line 6: town:begin within a section"),
        (PAGE + PAGE, "a second section"),
    ],
)
def test_comments_that_do_not_pair_up_are_refused_with_the_line(page, said):
    with pytest.raises(ConfigError, match=said):
        with_section(page, "new")


def test_a_body_cannot_forge_the_end_of_its_section():
    with pytest.raises(ConfigError, match="of its own"):
        with_section(PAGE, "x\n<!-- town:end -->\nforged")


LINES = st.lists(st.sampled_from(["", "text", "# Head", "- one", "a `b`"]), max_size=6)
BODY = LINES.map("\n".join)


@settings(max_examples=100)
@given(BODY, BODY, BODY)
def test_laws(before, body, after):
    assume(body.strip("\n"))
    page = with_section(before, "first")
    whole = f"{page}{after}"

    made = with_section(whole, body)

    assert section(made).body == body.strip("\n")
    assert with_section(made, body) == made
    old, new = section(whole), section(made)
    assert made.split("\n")[: new.begin] == whole.split("\n")[: old.begin]
    assert made.split("\n")[new.end :] == whole.split("\n")[old.end :]
