"""What a person reads is what was written: no markup, no emoji codes, no control characters."""

import pytest

from gastown.cli.options import PLAIN, shown_default
from gastown.cli.out import pairs, show, table

ODD = "fix [/foo] [bold]now[/bold] :bug: [[steps]]"


@pytest.mark.parametrize(
    "make", [str, lambda text: pairs([("title", text)]), lambda text: table(text, ["a"], [[text]])]
)
def test_text_of_others_is_shown_as_it_is(make, capsys):
    show(PLAIN, None, make(ODD))

    assert ODD in capsys.readouterr().out


def test_what_would_steer_a_terminal_is_made_visible(capsys):
    show(PLAIN, None, "red \x1b[31m\x07\r", table("", ["a"], [["\x9b2J"]]))

    assert capsys.readouterr().out.replace("�", "?") == "red ?[31m??\na  \n?2J\n"


def test_a_line_is_never_broken_so_that_a_path_can_be_copied(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")

    show(PLAIN, None, "x/" * 100)

    assert capsys.readouterr().out == "x/" * 100 + "\n"


def test_help_names_only_defaults_that_say_something():
    assert [shown_default(one) for one in (None, False, "", ())] == [None] * 4
    assert [shown_default(one) for one in (2, 0, True, "task")] == ["2", "0", "True", "task"]
