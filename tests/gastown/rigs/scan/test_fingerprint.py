"""A finding keeps its name whatever happens around it, and two findings never share one."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.rigs.scan.finding import Hit
from gastown.rigs.scan.fingerprint import anchor_of, fingerprints
from gastown.rigs.scan.source import Source

LINES = st.lists(st.sampled_from(["bad()", "worse()", "fine()", ""]), max_size=12)
BLANK = st.lists(st.sampled_from(["", "# a remark", "good()"]), max_size=5)


def names(lines: list[str]) -> list[str]:
    hits = [
        Hit(line, "low", "a", number, "t")
        for number, line in enumerate(lines, start=1)
        if line.strip() in {"bad()", "worse()"}
    ]
    hits = [Hit(hit.rule.strip(), "low", "a", hit.line, "t") for hit in hits]
    return fingerprints("s", hits, Source("a", tuple(lines)))


@settings(max_examples=60)
@given(LINES, BLANK, st.integers(0, 12))
def test_lines_that_move_or_are_indented_anew_keep_their_names(lines, more, place):
    moved = [*lines[:place], *more, *("  \t" + line for line in lines[place:])]

    assert names(lines) == names(moved)


@settings(max_examples=60)
@given(LINES)
def test_no_two_findings_of_a_file_share_a_name(lines):
    found = names(lines)

    assert len(set(found)) == len(found)


def test_scanner_and_file_are_part_of_the_name():
    hit = Hit("r", "low", "a", 1, "t")
    other = Hit("r", "low", "b", 1, "t")
    line = ("x",)

    found = {
        *fingerprints("s", [hit], Source("a", line)),
        *fingerprints("t", [hit], Source("a", line)),
        *fingerprints("s", [other], Source("b", line)),
    }

    assert len(found) == 3


def test_an_anchor_is_that_of_the_text():
    assert anchor_of("  a   b ") == anchor_of("a b") != anchor_of("ab")
