"""Feeds of every kind are read; nothing in one makes the parser grow or fetch."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.errors import SourceError
from gastown.feedback.feed import MAX_DEPTH, parse_feed
from gastown.feedback.plain import plain_text

ATOM = b"""<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>f</title><link rel="next" href="/feed?page=2"/>
<entry><id>urn:1</id><title type="html">A &lt;b&gt;bold&lt;/b&gt; wish</title>
<link rel="alternate" href="https://f.example/1"/><author><name>Ann</name></author>
<published>2026-01-05T08:00:00Z</published><updated>2026-01-06T08:00:00+01:00</updated>
<category term="idea"/><content type="html">&lt;p&gt;one&lt;/p&gt;&lt;p&gt;two&lt;/p&gt;</content>
</entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>f</title></channel>
<item><title>late sound</title><link>https://f.example/2</link><dc:creator>Bob</dc:creator>
<dc:date>2026-01-05</dc:date><description>it is</description></item></rdf:RDF>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<rss><channel><item><title>&b;</title></item></channel></rss>"""
OUTSIDE = b"""<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<rss><channel><item><title>&x;</title></item></channel></rss>"""


def test_atom_is_read():
    feed = parse_feed(ATOM, "f")

    (item,) = feed.items
    assert (item.key, item.title, item.text) == (
        "urn:1",
        "A bold wish",
        "one\n\ntwo".replace("\n\n", "\n"),
    )
    assert (item.url, item.author, item.labels) == ("https://f.example/1", "Ann", ("idea",))
    assert f"{item.updated:%d %H:%M}" == "06 07:00"
    assert feed.following == "/feed?page=2"


def test_rdf_is_read_and_an_entry_without_an_id_is_known_by_its_link():
    (item,) = parse_feed(RDF, "f").items

    assert (item.key, item.author, item.text) == ("https://f.example/2", "Bob", "it is")


def test_an_entry_that_says_nothing_is_counted():
    feed = parse_feed(b"<rss><channel><item><guid>1</guid></item></channel></rss>", "f")

    assert (feed.items, feed.skipped) == ((), 1)


@pytest.mark.parametrize(
    "data",
    [
        BOMB,
        OUTSIDE,
        b"<rss>" + b"<a>" * (MAX_DEPTH + 1),
        b"<html></html>",
        b"",
        b"{}",
        ATOM[:-20],
        "<rss>\ud800</rss>".encode("utf-8", "surrogatepass"),
    ],
)
def test_what_is_no_feed_is_refused(data):
    with pytest.raises(SourceError, match="is no feed"):
        parse_feed(data, "f")


@settings(max_examples=100)
@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda t: f"<rss>{t}</rss>".encode()))
def test_any_bytes_are_a_feed_or_refused(data):
    with suppress(SourceError):
        assert parse_feed(data, "f").items == ()


def test_html_becomes_the_text_that_a_browser_shows():
    assert plain_text("a<br>b &amp; c<script>alert(1)</script><p>d") == "a\nb & c\nd"


def test_entries_whose_long_names_begin_alike_are_two():
    item = "<item><guid>{}</guid><title>t</title></item>"
    names = ("x" * 600 + "1", "x" * 600 + "2")
    data = f"<rss>{''.join(item.format(name) for name in names)}</rss>".encode()

    assert len({one.key for one in parse_feed(data, "f").items}) == 2
