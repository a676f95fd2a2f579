"""What a page holds that can be checked, at which line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.documents.page import read_page, slug

TEXT = """\
# A *page*: its `title`

See [the guide](docs/guide.md "Guide"), ![picture](a.png)
and <https://example.org/x>.

## A *page*: its `title`

| a | b |
|---|---|
| [cell](cell.md) | x |

<a id="Here"></a> and <img src="b.png">

[by name][there] and [lost][nowhere] and `[not][this]`

[there]: there.md

```python title=x
a = 1
```
"""


def test_links_of_every_form_are_found_at_their_lines():
    found = {(link.target, link.line) for link in read_page(TEXT).links}

    assert found == {
        ("docs/guide.md", 3), ("a.png", 3), ("https://example.org/x", 4), ("cell.md", 10),
        ("b.png", 12), ("there.md", 14),
    }  # fmt: skip


def test_headings_and_ids_are_anchors_and_the_second_of_a_name_is_numbered():
    assert read_page(TEXT).anchors == {"a-page-its-title", "a-page-its-title-1", "Here"}


def test_a_reference_that_nothing_defines_is_told():
    assert [(one.target, one.line) for one in read_page(TEXT).undefined] == [("nowhere", 14)]


def test_a_fence_tells_language_content_and_line():
    (fence,) = read_page(TEXT).fences

    assert (fence.language, fence.body, fence.closed) == ("python", "a = 1\n", True)
    assert TEXT.split("\n")[fence.line - 1] == "a = 1"


@pytest.mark.parametrize(
    ("text", "closed"),
    [("```py\na\n```", True), ("```py\na\n", False), ("```py", False), ("~~~\na\n~~~~", True),
     ("> ```\n> a\n> ```", True), ("````\n```\n````", True), ("````\n```\n", False)],
)  # fmt: skip
def test_a_fence_that_is_never_closed_is_known(text, closed):
    assert [fence.closed for fence in read_page(text).fences] == [closed]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [("One PC, and the cloud when it must be", "one-pc-and-the-cloud-when-it-must-be"),
     ("`town scan` & more", "town-scan--more"), ("Zürich_1", "zürich_1"), ("a.b-c", "ab-c")],
)  # fmt: skip
def test_slugs_are_those_of_code_hosts(heading, anchor):
    assert slug(heading) == anchor.replace("`", "")


@settings(max_examples=80)
@given(st.text(alphabet="`#[]()<>!~ \n\tab:/|-=\"'", max_size=80))
def test_any_text_is_a_page(text):
    page = read_page(text)

    count = len(text.split("\n"))
    assert all(1 <= link.line <= count for link in page.links)
