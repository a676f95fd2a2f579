"""Blocks of an answer file."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.rehearsal.markdown import Fence, Heading, Prose, blocks

LINES = st.lists(st.text(alphabet="`# \tab\n", max_size=8).map(lambda t: t.replace("\n", "")))


@settings(max_examples=80)
@given(lines=LINES)
def test_what_is_in_a_fence_comes_back_as_it_is(lines: list[str]):
    mark = "`" * 12
    body = "".join(f"{line}\n" for line in lines)

    assert list(blocks(f"{mark}python\n{body}{mark}\n")) == [Fence(1, "python", body, closed=True)]


def test_headings_and_prose_carry_their_lines():
    assert list(blocks("# One \n\n## two x\ntext\n### three\n")) == [
        Heading(1, 1, "One"),
        Heading(3, 2, "two x"),
        Prose(4, "text"),
        Prose(5, "### three"),
    ]


def test_a_fence_is_closed_by_as_many_marks_or_more_and_by_no_fewer():
    (fence,) = blocks("````\n```\n`````\n")

    assert fence == Fence(1, "", "```\n", closed=True)


def test_a_fence_without_an_end_says_so():
    assert list(blocks("```\nx")) == [Fence(1, "", "x\n", closed=False)]
