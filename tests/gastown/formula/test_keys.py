"""Which keys there are, and what is said of any other."""

import pytest

from gastown.formula.compose import AdviceStep, Compose, ExpandRule
from gastown.formula.keys import key_for, near, slots, stranger
from gastown.formula.model import Formula
from gastown.formula.step import Gate, Step


def test_keys_are_those_of_a_file():
    assert {"formula", "steps", "compose"} <= set(slots(Formula))
    assert not {"name", "source", "digest"} & set(slots(Formula))
    assert set(slots(ExpandRule)) == {"target", "with", "vars"}
    assert set(slots(AdviceStep)) - set(slots(Step)) == {"args", "output"}


def test_a_key_says_what_may_stand_under_it():
    assert (slots(Formula)["steps"].kind, slots(Formula)["steps"].model) == ("list", Step)
    assert slots(Formula)["vars"].kind == "named"
    assert (slots(Step)["gate"].kind, slots(Step)["gate"].model) == ("table", Gate)
    assert slots(Compose)["aspects"].kind == "plain"


def test_capital_letters_and_other_tools_words_stand_for_a_key():
    assert key_for("TITLE", Step) == "title"
    assert key_for("tags", Step) == "labels"
    assert key_for("tags", Formula) is None
    assert key_for("condition", Gate) == "await_id"
    assert key_for("condition", Step) == "condition"


@pytest.mark.parametrize(
    ("written", "meant"), [("need", "needs"), ("tpye", "type"), ("titel", "title"), ("x", "")]
)
def test_a_key_that_is_nearly_one_was_meant_to_be_it(written: str, meant: str):
    assert near(written, slots(Step)) == meant
    assert stranger((), written, Step).severity == ("error" if meant else "warning")
