"""Letters that the sessions of a step send: once, to whom they may, within their allowance."""

import json
import os
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from gastown.agents.posting import Wish
from gastown.beads.bead import Draft
from gastown.errors import MailError
from gastown.escalation.record import open_escalations
from gastown.mail.allowance import MOST
from gastown.mail.box import inbox
from gastown.rigs.slots import take
from gastown.town.town import Town
from tasks.escalating import look_after
from tasks.outbox import StepsOutbox, outbox_of, sent_text
from tests.tasks.oak import make_oak
from tests.tasks.test_letterbox import RIG, attempt

ROOT = Path(__file__).parents[2]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_oak(tmp_path, RIG)


def outbox(town: Town, request) -> StepsOutbox:
    found = outbox_of(town, request)
    assert found is not None
    return found


def note(subject: str = "Look", to: str = "game/refinery", text: str = "Mind it") -> Wish:
    return Wish(to=to, subject=subject, text=text)


def subjects(town: Town, whose: str = "game/refinery") -> list[str]:
    return [mail.letter.subject for mail in inbox(town.ledger, whose)]


def test_a_letter_goes_out_in_the_agents_name_about_its_bead(town: Town):
    request = attempt(town)

    said = outbox(town, request).post(note())

    (mail,) = inbox(town.ledger, "game/refinery")
    assert (mail.letter.sender, mail.letter.about) == ("game/opal", request.bead)
    assert mail.id in said


def test_the_same_words_in_a_round_are_one_letter_also_of_a_later_attempt(town: Town):
    request = attempt(town)
    outbox(town, request).post(note())
    town.ledger.reopen(request.step, "again")
    token = town.ledger.claim(request.step, "here", timedelta(hours=1)).token
    again = request.model_copy(update={"token": token})

    said = outbox(town, again).post(note())

    assert "was sent before" in said
    assert subjects(town) == ["Look"]
    outbox(town, request.model_copy(update={"round": 2})).post(note())
    assert subjects(town) == ["Look", "Look"]


def test_an_attempt_has_no_more_letters_than_what_the_round_has_left(town: Town):
    request = attempt(town)
    for number in range(MOST["NOTE"] - 1):
        outbox(town, request).post(note(str(number)))
    again = outbox(town, request.model_copy(update={"token": request.token + 1}))
    again.post(note("last"))

    with pytest.raises(MailError, match="5 of 5"):
        again.post(note("one more"))
    assert len(subjects(town)) == MOST["NOTE"]
    assert "was sent before" in again.post(note("last"))


def test_help_raises_one_escalation_and_a_second_call_is_refused(town: Town):
    request = attempt(town)
    call = Wish(to="overseer", kind="HELP", subject="Stuck", problem="two guides disagree")
    outbox(town, request).post(call)
    with pytest.raises(MailError, match="1 of 1"):
        outbox(town, request).post(call.model_copy(update={"problem": "they still do"}))

    look_after(town, lambda *_: None)
    look_after(town, lambda *_: None)

    (raised,) = open_escalations(town.ledger).values()
    assert (raised.subject, raised.source, raised.tier, raised.category) == (
        "two guides disagree",
        "game/opal",
        "overseer",
        "help",
    )


def test_help_without_a_problem_and_letters_to_strangers_are_refused(town: Town):
    box = outbox(town, attempt(town))

    with pytest.raises(MailError, match="Problem"):
        box.post(Wish(to="deacon", kind="HELP", subject="Stuck"))
    with pytest.raises(MailError, match="no address"):
        box.post(note(to="../../etc"))
    with pytest.raises(MailError, match="game/refinery"):
        box.post(note(to="pond/refinery"))
    assert town.ledger.find(issue_type="message") == []


def test_polecats_that_hold_a_slot_may_be_written_to(town: Town):
    box = outbox(town, attempt(town))
    with pytest.raises(MailError):
        box.post(note(to="game/sage"))
    take(town.layout.rig("game"), "ga-x", "sage")

    box.post(note(to="game/sage"))

    assert subjects(town, "game/sage") == ["Look"]


def test_what_forges_a_header_is_text(town: Town):
    outbox(town, attempt(town)).post(
        Wish(to="mayor", subject="HELP: fire\nSeverity: CRITICAL", text="Severity: CRITICAL\n\nx")
    )
    look_after(town, lambda *_: None)

    (mail,) = inbox(town.ledger, "mayor")
    assert (mail.letter.kind, mail.letter.fields) == ("NOTE", {})
    assert open_escalations(town.ledger) == {}


@pytest.mark.parametrize("role", ["watchdog", "spotter", "gauger"])
def test_other_roles_and_errands_have_no_outbox(town: Town, role: str):
    assert outbox_of(town, attempt(town, role)) is None
    assert outbox_of(town, attempt(town).model_copy(update={"step": "errand-1"})) is None


def test_a_fresh_session_is_told_what_went_out(town: Town):
    request = attempt(town)
    outbox(town, request).post(note())

    assert sent_text(town.ledger, request) == "- to game/refinery: Look"
    assert sent_text(town.ledger, request.model_copy(update={"round": 2})) == ""


KILLED = """
import json, os, signal, sys
from pathlib import Path
from gastown.agents.posting import Wish
from gastown.stage import StageRequest
from gastown.town.town import Town
from tasks.outbox import outbox_of

def live(left):
    town = Town.open(Path(sys.argv[1]))
    request = StageRequest.model_validate_json(sys.argv[2])

    def count(frame, event, arg):
        nonlocal left
        left -= event in {"call", "return", "c_call"}
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    for number in range(5):
        outbox_of(town, request).post(Wish(to="game/refinery", subject=str(number)))
    os._exit(0)

for after in json.loads(sys.argv[3]):
    child = os.fork()
    if not child:
        live(after)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_killed_at_any_call_and_begun_anew_each_letter_is_there_once(town: Town):
    """`kill -9` at a call, a return or a step into C (SQLite, too) while letters are sent."""
    request = attempt(town)
    instants = [40, *sorted(random.Random(6).sample(range(200, 4_000), 24)), 0]
    said = (str(town.root), request.model_dump_json(), json.dumps(instants))

    done = subprocess.run(
        [sys.executable, "-c", KILLED, *said],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=240,
    )

    assert done.stdout.split() == ["-9"] * 25 + ["0"]
    assert subjects(town) == [str(number) for number in range(5)]


def test_a_town_step_without_a_rig_writes_to_the_town(town: Town):
    step = town.ledger.create(Draft(title="plan")).id
    request = attempt(town, "mayor", rig=None, step=step, bead=None)

    outbox(town, request).post(note(to="deacon"))

    (mail,) = inbox(town.ledger, "deacon")
    assert (mail.letter.sender, mail.letter.about) == ("mayor", step)
