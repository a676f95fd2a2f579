"""An agent's mail on the way to another machine and back."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gastown.agents.posting import Wish
from gastown.beads.memory import MemoryLedger
from gastown.burst.baggage import MOST_CHARS, Baggage
from gastown.burst.report import BurstReport
from gastown.hooks.ending import Ending
from gastown.hooks.handoff import Handoff, ask
from gastown.mail.box import inbox
from gastown.mail.letter import Letter, write
from gastown.stage import StageRequest, StageResult
from gastown.town.town import Town
from tasks.baggage import packed, read_of, unpacked, written_of
from tasks.desk import Desk, open_desk
from tasks.letterbox import letterbox_of
from tasks.outbox import outbox_of
from tasks.resuming import ENDED, begun
from tests.tasks.oak import make_oak
from tests.tasks.test_letterbox import RIG, SUBMIT, attempt, note, session


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return make_oak(tmp_path, RIG + '[mail.lists]\nall = ["game/opal"]\n')


def there(town: Town, desk: Desk, baggage: Baggage) -> tuple[Town, StageRequest]:
    """The other machine: it knows the step, the bead, and what was brought."""
    ledger = MemoryLedger()
    given = Baggage.model_validate_json(baggage.model_dump_json())
    ids = (desk.request.step, desk.request.bead or "")
    ledger.put([*(town.ledger.show(one) for one in ids), *given.mail])
    return replace(town, ledger=ledger), desk.request


def report(town: Town, baggage: Baggage, request: StageRequest, **more: Any) -> BurstReport:
    facts: dict[str, Any] = {
        "read": read_of(town.ledger, baggage),
        "letters": written_of(town.ledger, request, baggage),
        **more,
    }
    made = BurstReport(ending="done", result=StageResult(summary="ok"), **facts)
    return BurstReport.model_validate_json(made.model_dump_json())


def waiting(town: Town, who: str = "game/opal") -> list[str]:
    return [mail.letter.subject for mail in inbox(town.ledger, who) if not mail.read]


def test_what_was_read_there_is_put_away_here_and_what_was_not_waits(town: Town):
    first = note(town, subject="First", text="Mind the sign")
    desk = open_desk(town, attempt(town))
    baggage = packed(desk)
    note(town, subject="Second")
    away, request = there(town, desk, baggage)

    (asked,) = session(away, request, SUBMIT)
    said = report(away, baggage, request)
    unpacked(desk, said)
    unpacked(desk, said)

    assert "Mind the sign" in str(asked.messages[-1]["content"])
    assert said.read == (first,)
    assert waiting(town) == ["Second"]
    (again,) = session(town, request, SUBMIT)
    assert "Second" in str(again.messages[-1]["content"])
    assert "First" not in str(again.messages[-1]["content"])


def test_what_a_machine_that_died_had_with_it_is_shown_to_the_next_attempt(town: Town):
    note(town, subject="First")
    desk = open_desk(town, attempt(town))
    baggage = packed(desk)
    away, request = there(town, desk, baggage)
    assert report(away, baggage, request).read == ()
    town.ledger.reopen(request.step, "its machine died")

    again = packed(open_desk(town, request.model_copy(update={"token": request.token + 1})))

    assert [bead.title for bead in again.mail] == ["First"]


def test_what_was_said_to_everybody_and_to_a_list_travels_too(town: Town):
    note(town, to="game/", subject="All at the rig")
    note(town, to="list:all", subject="All on the list", text="x" * 50_000)
    desk = open_desk(town, attempt(town))
    baggage = packed(desk)
    away, request = there(town, desk, baggage)

    session(away, request, SUBMIT)
    unpacked(desk, report(away, baggage, request))

    assert all(len(bead.description) < MOST_CHARS + 100 for bead in baggage.mail)
    box = letterbox_of(town, request)
    assert box is not None
    assert box.waiting() == []


def test_what_is_written_there_is_sent_here_once(town: Town):
    desk = open_desk(town, attempt(town))
    baggage = packed(desk)
    away, request = there(town, desk, baggage)
    outbox = outbox_of(away, request, baggage.book)
    assert outbox is not None
    outbox.post(Wish(to="game/refinery", subject="Mind it"))
    outbox.post(Wish(to="overseer", kind="HELP", subject="Stuck", problem="no disk"))
    said = report(away, baggage, request)

    unpacked(desk, said)
    unpacked(desk, said)

    assert waiting(town, "game/refinery") == ["Mind it"]
    (call,) = inbox(town.ledger, "overseer")
    assert (call.letter.sender, call.letter.fields) == ("game/opal", {"Problem": "no disk"})
    assert call.letter.about == request.bead


def test_the_allowance_of_a_round_is_one_here_and_there(town: Town):
    desk = open_desk(town, attempt(town))
    here = outbox_of(town, desk.request)
    assert here is not None
    here.post(Wish(to="deacon", kind="HELP", subject="Stuck", problem="no disk"))
    baggage = packed(desk)
    away, request = there(town, desk, baggage)
    outbox = outbox_of(away, request, baggage.book)
    assert outbox is not None

    assert "was sent before" in outbox.post(
        Wish(to="deacon", kind="HELP", subject="Stuck", problem="no disk")
    )
    assert written_of(away.ledger, request, baggage) == ()
    elsewhere = Desk(away, request, desk.folder / "camp", baggage=baggage)
    assert begun(elsewhere.spot, "Do it.", None).count("- to deacon: HELP: Stuck") == 1


def test_how_a_session_ended_elsewhere_is_told_to_the_next_attempt_here(town: Town):
    desk = open_desk(town, attempt(town))
    ended = Ending(status="limit", turns=9, did=("- write_file a.py" * 90,) * 30, feedback="2 red")
    unpacked(desk, report(town, Baggage(), desk.request, ended=ended))
    again = desk.request.model_copy(update={"token": desk.request.token + 1})

    told = begun(open_desk(town, again).spot, "Do it.", None)

    assert "how the session before ended, on another machine" in told
    assert "It ended after 9 turns: limit." in told
    assert "2 red" in told
    assert len(told) < 12 * 130 + 2_000
    assert begun(desk.spot, "Do it.", None) == "Do it."


def test_what_was_done_there_is_told_by_nothing_but_its_commit(town: Town):
    desk = open_desk(town, attempt(town))
    unpacked(desk, report(town, Baggage(), desk.request, ended=Ending(status="done", turns=3)))
    again = desk.request.model_copy(update={"token": desk.request.token + 1})

    assert begun(open_desk(town, again).spot, "Do it.", None) == "Do it."


def forged(**said: Any) -> Letter:
    return write(**{"sender": "overseer", "to": "game/refinery", "subject": "Look", **said})


def test_another_machines_word_is_taken_for_no_more_than_its_agent_might_say(town: Town):
    desk = open_desk(town, attempt(town))
    others = note(town, to="mayor", subject="Not yours")
    worse = {"Problem": "fire", "Severity": "CRITICAL"}
    letters = (
        forged(subject="In whose name"),
        forged(to="overseer", subject="A note"),
        forged(kind="MERGED", fields={"Branch": "b", "Issue": "i", "Commit": "c"}),
        forged(kind="HELP", to="deacon", fields=worse, priority=0),
    )
    said = report(town, Baggage(), desk.request, read=(others,), letters=letters)

    unpacked(desk, said)

    (told,) = inbox(town.ledger, "game/refinery")
    assert told.letter.sender == "game/opal"
    assert waiting(town, "overseer") == []
    (call,) = inbox(town.ledger, "deacon")
    assert (call.letter.fields, call.letter.priority) == ({"Problem": "fire"}, 2)
    assert waiting(town, "mayor") == ["Not yours"]
    assert "A note" in (desk.folder / "unsent.json").read_text()


def test_the_note_that_was_left_travels(town: Town):
    desk = open_desk(town, attempt(town))
    before = desk.folder.with_name("0")
    before.mkdir()
    (before / "session-1.jsonl").write_text('{"event": "stop", "status": "crashed"}\n')
    ask(desk.folder, Handoff(by="ann", note="Metres, not feet."))

    baggage = packed(desk)
    elsewhere = Desk(town, desk.request, desk.folder / "camp", baggage=baggage)

    assert "Metres, not feet." in [part.text for part in elsewhere.spot.brought]
    names = [part.name for part in baggage.told]
    assert [name for name in names if name in {ENDED, "where you are"}] == [ENDED, "where you are"]


def test_an_agents_name_is_its_own_there_and_nothing_else_is_a_name():
    assert Baggage(agent="game/opal").name_at("game") == "opal"
    assert Baggage(agent="game/opal").name_at("pond") == ""
    assert Baggage(agent="game/../../x").name_at("game") == ""
    assert Baggage().name_at("game") == ""
