"""Whether a session may send a letter."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gastown.mail.allowance import MOST, MOST_BYTES, WRITERS, book_of, why_not
from gastown.mail.letter import KINDS, write

BOOK = book_of("game/opal", "game", ("opal", "sage", "crew/ann"))


def letter(**said: Any):
    fields = {"Problem": "no disk"} if said.get("kind") == "HELP" else {}
    given = {"sender": "game/opal", "to": "mayor", "subject": "Look", "fields": fields, **said}
    return write(**given)


@pytest.mark.parametrize("to", ["mayor", "deacon", "game/refinery", "game/sage", "game/crew/ann"])
def test_its_own_rig_and_two_of_the_town_may_be_told(to: str):
    assert why_not(letter(to=to), BOOK, []) == ""


@pytest.mark.parametrize(
    "to", ["overseer", "game/", "list:all", "pond/sage", "game/opal", "game/nobody", "town", "boot"]
)
def test_nobody_else_may_and_the_refusal_names_whom(to: str):
    assert "game/sage" in why_not(letter(to=to), BOOK, [])


@pytest.mark.parametrize("to", ["deacon", "mayor", "overseer", "game/witness"])
def test_help_goes_to_those_who_settle_escalations(to: str):
    assert why_not(letter(kind="HELP", to=to), BOOK, []) == ""


def test_help_goes_to_no_other_agent():
    assert "overseer" in why_not(letter(kind="HELP", to="game/sage"), BOOK, [])


def test_a_role_of_the_town_has_no_rig_to_write_to():
    assert book_of("mayor", None).notes == ("deacon",)


@pytest.mark.parametrize("kind", sorted({*KINDS} - {"NOTE", "HELP"}))
def test_what_flows_tell_each_other_no_model_does(kind: str):
    words = ("Exit", "Issue", "Branch", "Polecat", "Commit", "Failure", "Reason", "Rig", "Gate")
    fields = dict.fromkeys((*words, "Waits-For"), "x")

    assert "NOTE, HELP" in why_not(letter(kind=kind, fields=fields), BOOK, [])


def test_what_is_too_long_is_refused_by_its_bytes():
    fits = MOST_BYTES - len(b"Look\n")

    assert why_not(letter(text="x" * fits), BOOK, []) == ""
    assert f"at most {MOST_BYTES}" in why_not(letter(text="x" * (fits + 1)), BOOK, [])
    assert f"at most {MOST_BYTES}" in why_not(letter(text="ä" * (fits - 1)), BOOK, [])


@given(st.lists(st.sampled_from(["NOTE", "HELP"]), max_size=20))
def test_of_each_kind_so_many_go_out_and_no_more(wanted: list[str]):
    sent = []
    for number, kind in enumerate(wanted):
        one = letter(kind=kind, subject=str(number))
        if not why_not(one, BOOK, sent):
            sent.append(one)

    for kind in ("NOTE", "HELP"):
        assert sum(one.kind == kind for one in sent) == min(MOST[kind], wanted.count(kind))


def test_those_who_read_what_strangers_wrote_write_no_letters():
    assert WRITERS.isdisjoint({"watchdog", "spotter", "bug-scout", "assistant", "oracle"})
