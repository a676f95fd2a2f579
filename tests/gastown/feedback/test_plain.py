"""HTML becomes what a browser shows of it, whatever is in it, and soon."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.feedback.plain import plain_text

PIECES = (
    *("<a ", "<!--", "-->", "<![CDATA[", "<a b='", "</", "<?", "<!", "&#", "<script>"),
    *("</script>", "<x/", "&amp;", "<br>", "x", ' b="', ">", "'", '"', " ", "&#x41;", "&lt;"),
)


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("no <b>bold</b> &amp; &#65;&#x42;", "no bold & AB"),
        ("<p>one</p><P CLASS='x'>two<br/>three", "\none\ntwo\nthree"),
        ("a<script>steal('</b>')</script>b<STYLE>c</STYLE>d", "abd"),
        ('<a title="a > b" href=x>link</a>', "link"),
        ("it <don't> say <b it's>so</b>", "it  say so"),
        ("a <!-- <b>hidden</b> --> c <!DOCTYPE x><?pi?>", "a  c "),
        ("a <!-- never ends <b>x</b>", "a "),
        ("1 < 2 and 3 > 2, a <3", "1 < 2 and 3 > 2, a <3"),
        ("&lt;b&gt; stays &nosuch; &", "<b> stays &nosuch; &"),
        (f"&#{'9' * 5_000}; &#x{'f' * 5_000};", "\N{REPLACEMENT CHARACTER} " * 2),
        ("plain", "plain"),
    ],
)
def test_html_is_shown_as_text(html, shown):
    assert plain_text(html).rstrip(" ") == shown.rstrip(" ")


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=4).map("".join), st.integers(0, 3_000))
def test_whatever_is_repeated_however_often_is_read(unit, times):
    """The parser of the standard library takes minutes for some of these."""
    assert len(plain_text(unit * times)) <= len(unit) * times


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>/!-&#x;'\" ab\n", max_size=200))
def test_no_tag_is_left_whose_end_is_there(html):
    assert "<a>" not in plain_text(html.replace("&", ""))
