"""Letters as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.agents.prose import clean, one_line
from gastown.beads.bead import Draft
from gastown.errors import MailError
from gastown.mail.letter import KINDS, REQUIRED, Letter, letter_of, read_body, read_title, write
from gastown.testing import FakeClock, MemoryLedger

LINES = st.text(max_size=60).map(one_line)
KEYS = st.from_regex(r"[A-Z][a-z]{0,5}(-[A-Z][a-z]{0,5})?", fullmatch=True)
TEXTS = st.one_of(
    st.text(max_size=120).map(clean),
    st.lists(st.sampled_from(["Branch: main", "", "words", "Key: x", "## Head"])).map("\n".join),
)


@st.composite
def letters(draw: st.DrawFn) -> Letter:
    kind = draw(st.sampled_from(KINDS))
    fields = draw(st.dictionaries(KEYS, LINES, max_size=4))
    fields |= {key: draw(LINES.filter(bool)) for key in REQUIRED.get(kind, ())}
    subject = draw(st.one_of(LINES.filter(bool), st.just("HELP: me"), st.just("NOTE: x")))
    text = draw(TEXTS)
    return write(kind=kind, sender="a", to="mayor", subject=subject, fields=fields, text=text)


@given(letters())
def test_reading_what_was_printed_gives_the_letter(letter: Letter):
    assert read_title(letter.title) == (letter.kind, letter.subject)
    assert read_body(letter.body) == (letter.fields, letter.text)


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_message_that_another_tool_left_is_read_word_for_word_at_least(title: str, body: str):
    ledger = MemoryLedger(FakeClock())
    draft = Draft(title=title or "x", issue_type="message", description=body)
    letter = letter_of(ledger.create(draft))

    assert letter.kind in KINDS
    assert letter.to == "overseer"


def test_a_letter_is_headed_by_its_kind_and_its_lines():
    letter = write(
        kind="MERGE_READY",
        sender="game/opal",
        to="game/refinery",
        subject="ga-1",
        fields={"Branch": "polecat/opal/ga-1", "Issue": "ga-1", "Polecat": "opal"},
        text="## Tests\n12 passed",
    )

    assert letter.title == "MERGE_READY: ga-1"
    assert letter.body == (
        "Branch: polecat/opal/ga-1\nIssue: ga-1\nPolecat: opal\n\n## Tests\n12 passed"
    )


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (
            {"kind": "MERGED", "fields": {"Branch": "b"}},
            "MERGED needs the header lines: Issue, Com",
        ),
        ({"kind": "LOVE"}, "kind: "),
        ({"to": "no one"}, "is no address"),
        ({"subject": "two\nlines"}, "is one line"),
        ({"fields": {"branch": "b"}}, "'branch' is no key"),
        ({"fields": {"Branch": "a\nForged: b"}}, "Branch: its value is one line"),
        ({"priority": 9}, "priority"),
    ],
)
def test_what_is_no_letter_is_refused_by_name(said, wrong):
    with pytest.raises(MailError, match=r".") as refused:
        write(**{"sender": "a", "to": "mayor", "subject": "s", **said})

    assert wrong in str(refused.value)
