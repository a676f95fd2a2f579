"""An agent that writes letters with a tool, in each manner of speaking that has tools."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gastown.agents.posting import SEND_MAIL, Posting, Wish
from gastown.agents.tools import WorktreeTools
from gastown.errors import MailError
from gastown.testing import ScriptedModel, call, say
from tests.gastown.agents.given import FIX, SUBMIT, last, run

NOTE = {"to": "game/refinery", "subject": "Mind the sign"}


@dataclass
class Tray:
    """An outbox that keeps what it is given; full, it says so."""

    room: int = 5
    wishes: list[Wish] = field(default_factory=list)

    def post(self, wish: Wish) -> str:
        if len(self.wishes) == self.room:
            raise MailError("the tray is full")
        self.wishes.append(wish)
        return "sent"


def test_a_letter_is_posted_beside_the_tools_of_the_hands(root: Path):
    tray, model = Tray(), ScriptedModel([call((SEND_MAIL, NOTE), FIX, SUBMIT)])

    outcome = run(model, root, environment=Posting(WorktreeTools(root), tray))

    assert outcome.status == "done"
    assert [(one.to, one.kind) for one in tray.wishes] == [("game/refinery", "NOTE")]
    assert [tool["function"]["name"] for tool in model.asks[0].tools][-2:] == [SEND_MAIL, "submit"]


def test_the_same_in_json(root: Path):
    acts = [{"action": SEND_MAIL, **NOTE}, {"action": FIX[0], **FIX[1]}]
    acts += [{"action": "submit", "summary": "x"}]
    tray = Tray()
    model = ScriptedModel([say(json.dumps(act)) for act in acts], protocol="json")

    assert run(model, root, environment=Posting(WorktreeTools(root), tray)).status == "done"
    assert [one.subject for one in tray.wishes] == ["Mind the sign"]


def test_what_is_refused_is_told_and_the_session_goes_on(root: Path):
    tray = Tray(room=0)
    model = ScriptedModel([call((SEND_MAIL, NOTE)), call(FIX), call(SUBMIT)])

    assert run(model, root, environment=Posting(WorktreeTools(root), tray)).status == "done"
    assert last(model.asks[1]) == "Not sent: the tray is full"


@pytest.mark.parametrize("wrong", [{}, {**NOTE, "kind": "MERGED"}, {**NOTE, "cc": "everybody"}])
def test_what_is_no_letter_is_malformed(root: Path, wrong: dict[str, str]):
    tray = Tray()

    seen = Posting(WorktreeTools(root), tray).execute(SEND_MAIL, wrong)

    assert (seen.fault, tray.wishes) == ("malformed", [])


def test_the_hands_do_the_rest(root: Path):
    hands = WorktreeTools(root)
    posting = Posting(hands, Tray())

    assert posting.execute("read_file", {"path": "calc.py"}) == hands.execute(
        "read_file", {"path": "calc.py"}
    )
    assert posting.pack(4_000) == hands.pack(4_000)
    assert posting.schemas()[:-1] == hands.schemas()
