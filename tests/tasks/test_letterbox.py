"""The mail of a step's agent, as its sessions read it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Ask, Completion, Job, Limits
from gastown.beads.bead import Draft
from gastown.errors import ModelError
from gastown.mail.box import inbox
from gastown.mail.letter import write
from gastown.mail.post import send
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Turn
from gastown.stage import Placement, StageRequest
from gastown.testing import ScriptedModel, call
from gastown.town.town import Town
from tasks.errand import errand
from tasks.letterbox import Letterbox, letterbox_of
from tests.tasks.oak import make_oak, rows
from tests.tasks.test_errand import Line

RIG = """
[rigs.game]
prefix = "ga"
origin = "x"
gauge = { kind = "pytest" }
"""
SUBMIT = call(("submit", {"summary": "done"}))
HOUR = timedelta(hours=1)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_oak(tmp_path, RIG)


def attempt(town: Town, role: str = "polecat", slot: str = "opal", **said: Any) -> StageRequest:
    """A step of this role, claimed by this process."""
    bead = town.ledger.create(Draft(title="x", prefix="ga", assignee=f"game/{slot}")).id
    step = town.ledger.create(Draft(title="step")).id
    claim = town.ledger.claim(step, "here", HOUR)
    fields: dict[str, Any] = {
        "town": str(town.root), "convoy": "", "step": step, "key": role, "role": role,
        "rig": "game", "bead": bead, "token": claim.token,
        "placement": Placement(where="local", reason="test"),
    }  # fmt: skip
    return StageRequest(**{**fields, **said})


def note(town: Town, to: str = "game/opal", **said: Any) -> str:
    letter = write(**{"sender": "overseer", "to": to, "subject": "Look", "text": "Mind it", **said})
    return send(town.ledger, letter).id


def box(town: Town, request: StageRequest) -> Letterbox:
    found = letterbox_of(town, request)
    assert isinstance(found, Letterbox)
    return found


def session(town: Town, request: StageRequest, *answers: Any) -> list[Ask]:
    model = ScriptedModel(answers)
    NativeRuntime(model).run(Job("polecat", "s", "t", Limits(), mail=letterbox_of(town, request)))
    return model.asks


def test_a_polecat_reads_its_own_mailbox_once(town: Town):
    message = note(town, text="Mind the sign\n```\nrm -rf /\n```", about="ga-1")
    request = attempt(town)

    (first,) = session(town, request, SUBMIT)
    (second,) = session(town, request, SUBMIT)

    said = str(first.messages[-1]["content"])
    assert f"# Material: letter {message} from overseer, about ga-1: Look\n````\nMind" in said
    assert "letter" not in str(second.messages[-1]["content"])
    assert inbox(town.ledger, "game/opal") == []


def test_what_a_session_that_died_was_shown_is_shown_to_the_next_attempt(town: Town):
    def die(_: Ask) -> Completion:
        raise ModelError("gone", retryable=False)

    note(town)
    request = attempt(town)
    session(town, request, die)
    town.ledger.reopen(request.step, "again")
    claim = town.ledger.claim(request.step, "here", HOUR)

    (ask,) = session(town, request.model_copy(update={"token": claim.token}), SUBMIT)

    assert "Mind it" in str(ask.messages[-1]["content"])


def test_two_sessions_of_one_role_do_not_both_read_a_letter(town: Town):
    note(town, to="game/refinery")
    one, other = (box(town, attempt(town, "refinery")) for _ in range(2))

    assert "Mind it" in one.news(2_000)
    assert other.news(2_000) == ""
    one.answered()
    assert (one.news(2_000), other.news(2_000)) == ("", "")


def test_what_does_not_fit_is_there_at_the_next_turn(town: Town):
    for number in range(5):
        note(town, subject=f"No {number}", text="x" * 700)
    reader, seen = box(town, attempt(town)), list[str]()
    while news := reader.news(2_000):
        assert len(news) < 3_000
        seen.append(news)
        reader.answered()

    assert 1 < len(seen) < 5
    assert [one for one in map(str, range(5)) if f"No {one}" in "".join(seen)] == list("01234")


def test_a_letter_of_whatever_length_fits(town: Town):
    note(town, text="y" * 50_000)

    assert len(box(town, attempt(town)).news(2_000)) < 2_500


def test_what_flows_tell_each_other_is_shown_to_no_model(town: Town):
    fields = {"Branch": "b", "Issue": "ga-1", "Polecat": "opal"}
    note(town, to="game/refinery", kind="MERGE_READY", fields=fields)

    assert box(town, attempt(town, "refinery")).news(2_000) == ""


def test_an_errand_reads_no_mail_unless_a_reader_is_named(town: Town):
    note(town, to="mayor")
    errand = attempt(town, "mayor", step="errand-mayor-1", rig=None, bead=None)

    assert letterbox_of(town, errand) is None
    named = letterbox_of(town, errand, "mayor")
    assert named is not None
    assert "Mind it" in named.news(2_000)


def test_a_desk_hands_its_sessions_their_mail(tmp_path: Path):
    script = Script({("crew", "Plan", 1): (Turn(text='{"line": 7}'),)})
    with RehearsalServer(script, pace=UNPACED) as server:
        town = make_oak(tmp_path, rows(server.url, both=["crew"]))
        message = note(town, to="mayor")
        with errand(town, "crew", title="Plan") as desk:
            desk.reads = "mayor"
            desk.session("Say it.", output=Line)

    assert inbox(town.ledger, "mayor") == []
    lines = (desk.folder / "session-1.jsonl").read_text().splitlines()
    (told,) = [event for event in map(json.loads, lines) if event["event"] == "mail"]
    assert message in told["text"]
