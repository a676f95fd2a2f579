"""Gates that ask by letter and are answered by a reply to it."""

from pathlib import Path

import pytest

from gastown.beads.bead import CLOSED
from gastown.convoys.molecule import pour, recorded
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.gates.mail import letters_of
from gastown.gates.record import record_of
from gastown.mail.box import Mail, inbox, reply
from gastown.mail.letter import write
from gastown.mail.post import send
from tasks.gates import Looked, Reply, answer, ask_anew, look_at, open_all
from tests.tasks.oak import make_oak

FORM = {
    "version": {"required": True, "pattern": "^[0-9.]+$"},
    "rollout_share": {"type": "int", "default": "100"},
}


class Asked:
    """A town with one gate that is open."""

    def __init__(
        self, folder: Path, gate: PlannedGate, *, ephemeral: bool = False, **fields: object
    ) -> None:
        self.town = make_oak(folder, "")
        self.ledger = self.town.ledger
        step = PlannedStep.model_validate(
            {"key": "ship", "step": "ship", "title": "Ship it?", "kind": "gate", "gate": gate}
            | {"description": "All tests are green.", **fields}
        )
        self.molecule = pour(
            self.ledger, Plan(formula="f", digest="d", steps=(step,)), ephemeral=ephemeral
        )
        self.gate = self.molecule.beads["ship"]
        self.open()

    def open(self) -> None:
        open_all(self.town, self.molecule, ["ship"], "a-run", "a-pause")

    def letters(self, address: str = "overseer") -> list[Mail]:
        return inbox(self.ledger, address)

    def answered(self, text: str, address: str = "overseer", **fields: str) -> Looked:
        (letter,) = self.letters(address)
        reply(self.ledger, letter.id, text, fields=fields)
        (looked,) = look_at(self.town, [self.gate])
        return looked

    @property
    def output(self) -> object:
        return recorded(self.ledger.show(self.gate)).evidence["output"]


HUMAN = PlannedGate(type="human")


def test_a_gate_asks_the_overseer_once_however_often_it_is_opened(tmp_path):
    one = Asked(tmp_path, HUMAN)
    one.open()

    (mail,) = one.letters()
    assert (mail.letter.kind, mail.letter.sender) == ("GATE", "town")
    assert mail.letter.fields == {"Gate": one.gate, "Waits-For": "a person's word"}
    assert "All tests are green." in mail.letter.text
    assert "town mail reply ID yes" in mail.letter.text


def test_a_reply_opens_it_and_the_question_is_put_away(tmp_path):
    one = Asked(tmp_path, HUMAN)

    looked = one.answered("yes, go on")

    assert (looked.found, looked.said) == ("resolved", "approved by overseer: go on")
    assert one.output == {"approved": True, "answer": "go on"}
    assert one.letters() == one.letters("town") == []


def test_a_question_back_leaves_it_open(tmp_path):
    one = Asked(tmp_path, HUMAN)

    assert one.answered("Which version?").found == "open"
    assert len(one.letters()) == 1


def test_a_no_refuses_it_and_the_letter_can_be_answered_again(tmp_path):
    one = Asked(tmp_path, HUMAN)

    assert one.answered("no, too early").found == "rejected"
    ask_anew(one.town, one.molecule, ["ship"])
    assert one.answered("yes").found == "resolved"


def test_an_answer_that_its_form_refuses_is_asked_for_again_with_the_reason(tmp_path):
    one = Asked(tmp_path, HUMAN, metadata={"form": FORM})

    refused = one.answered("yes", Version="one")
    (again,) = one.letters()
    taken = one.answered("yes", **{"Version": "1.2", "Rollout-Share": "5"})

    assert refused.found == "open"
    assert "The last answer was not taken: version: " in again.letter.text
    assert taken.found == "resolved"
    assert one.output == {"approved": True, "answer": "", "version": "1.2", "rollout_share": 5}
    assert one.letters() == []


@pytest.mark.parametrize(
    ("awaited", "asked"), [("mayor", "mayor"), ("", "overseer"), ("ann@x.org", "overseer")]
)
def test_a_mail_gate_asks_whom_it_waits_for(tmp_path, awaited, asked):
    one = Asked(tmp_path, PlannedGate(type="mail", await_id=awaited))

    (mail,) = one.letters(asked)
    assert mail.letter.about == one.gate


def test_a_mail_gate_opens_by_the_word_of_whom_it_waits_for_alone(tmp_path):
    one = Asked(tmp_path, PlannedGate(type="mail", await_id="mayor"))
    stranger = write(sender="deacon", to="town", subject="Key", text="666", reply_to=one.gate)
    send(one.ledger, stranger)

    assert one.answered("42", "mayor").found == "resolved"
    assert one.output == {
        "approved": True, "answer": "42", "subject": "Re: Ship it?", "from": "mayor"
    }  # fmt: skip


def test_a_gate_that_is_opened_otherwise_takes_its_question_back(tmp_path):
    one = Asked(tmp_path, HUMAN)
    answer(one.town, one.gate, Reply(by="ann"))
    record = record_of(one.ledger.show(one.gate))

    assert record is not None
    assert one.ledger.show(record.letter).status == CLOSED


def test_a_timer_asks_nobody(tmp_path):
    assert Asked(tmp_path, PlannedGate(type="timer", await_id="1h")).letters() == []


def test_letters_of_a_wisps_gate_are_never_in_git_and_go_with_it(tmp_path):
    one = Asked(tmp_path, HUMAN)
    assert not one.ledger.show(one.letters()[0].id).ephemeral

    wisp = Asked(tmp_path / "wisp", HUMAN, ephemeral=True)
    wisp.answered("Which version?")

    talk = letters_of(wisp.ledger, [wisp.gate])
    assert len(talk) == 2
    wisp.ledger.forget([wisp.gate, *talk])
