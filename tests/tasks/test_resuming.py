"""A session that goes on knows where it stands: after a handoff, after a crash, in its formula."""

import json
import threading
import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gastown.agents.protocols import Outcome
from gastown.convoys.convoy import scope_of
from gastown.convoys.molecule import pour
from gastown.convoys.run import Run, create_run
from gastown.errors import GasTownError
from gastown.formula.cook import cook
from gastown.formula.parse import parse_formula
from gastown.founding.rig import add_rig
from gastown.hooks.handoff import Handoff, ask, give
from gastown.mail.box import inbox
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Call, Turn
from gastown.rigs.clone import new_origin
from gastown.stage import Placement, StageRequest, Usage
from gastown.town.town import Town
from tasks.resuming import Spot, begun, keep_note
from tests.tasks.oak import make_oak, rows
from tests.tasks.test_duty import Garden, handed_in, written

FORMULA = """
formula = "mend"
[[steps]]
id = "write"
title = "Write it"
[[steps]]
id = "read"
title = "Read much"
needs = ["write"]
[[steps]]
id = "die"
title = "Never end"
needs = ["write"]
[[steps]]
id = "tell"
title = "Write a letter, and never end"
"""
TEST = Turn(calls=(Call("run_tests", {}),))
TELL = Turn(calls=(Call("send_mail", {"to": "garden/refinery", "subject": "Mind the thorns"}),))
READ = Turn(calls=(Call("read_file", {"path": "long.txt"}),))
ANSWERS = {
    ("polecat", "read", 1): (
        *[READ] * 7,
        handed_in(summary="Read."),
    ),
    ("polecat", "write", 1): (
        written("rose.py", "ROSE = 1\n", "")[0],
        TEST,
        handed_in(summary="x"),
    ),
    ("polecat", "tell", 1): (TELL,),
    ("polecat", "die", 1): (written("lily.py", "LILY = 1\n", "")[0], TEST),
}


@pytest.fixture
def garden(tmp_path: Path) -> Generator[Garden]:
    (tmp_path / "source" / "tests").mkdir(parents=True)
    (tmp_path / "source" / "tests" / "test_a.py").write_text("def test_a(): pass\n")
    (tmp_path / "source" / "long.txt").write_text("a line of some length\n" * 390)
    origin = new_origin(tmp_path / "source", tmp_path / "garden.git")
    with RehearsalServer(Script(ANSWERS), pace=UNPACED) as server:
        town = make_oak(tmp_path, rows(server.url, near=["polecat"], is_near="context = 8192"))
        add_rig(town, "garden", str(origin))
        town = Town.open(town.root)
        bead = create_run(town.ledger, town.config, Run(formula="mend", rigs=("garden",)))
        scope = scope_of(town.ledger, town.config, bead)
        plan = cook(parse_formula(FORMULA, "mend.formula.toml"), scope, {})
        yield Garden(town, pour(town.ledger, plan))


def folder(garden: Garden, key: str, token: int) -> Path:
    return garden.town.layout.session(garden.molecule.beads[key], token)


def events(transcript: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in transcript.read_text().splitlines()]


def ask_while_tests_run(place: Path) -> threading.Thread:
    """Ask for a handoff as soon as the session's tests run, which takes a while."""

    def look() -> None:
        transcript = place / "session-1.jsonl"
        while not (transcript.is_file() and '"run_tests"' in transcript.read_text()):
            time.sleep(0.002)
        ask(place, Handoff(by="ann", note="Mind the thorns."))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    return thread


def test_a_session_that_is_asked_to_hands_off_and_the_next_ends_the_step(garden: Garden):
    place = folder(garden, "write", 1)
    asking = ask_while_tests_run(place)

    done = garden.do("write")
    asking.join()

    assert garden.town.ledger.show(garden.molecule.beads["write"]).status == "closed"
    assert done.usage.requests == 2 + 3
    first, second = (events(place / f"session-{n}.jsonl") for n in (1, 2))
    assert (first[-1]["status"], first[-1]["reason"]) == ("handed_off", "ann asked for it")
    assert second[-1]["status"] == "done"
    task = second[0]["task"]
    assert "Mind the thorns." in task
    assert "It ended after 2 turns: handed_off (ann asked for it)." in task
    assert "- write_file rose.py" in task
    assert "- run_tests" in task
    assert "Changed and not committed:\n- rose.py" in task
    assert done.evidence["card"]["origin"] == "ours"
    assert done.evidence["card"]["version"]
    assert "failures" not in garden.town.ledger.show(garden.molecule.beads["write"]).metadata


def test_the_handoff_is_a_letter_which_nobody_is_shown_twice(garden: Garden):
    ask_while_tests_run(folder(garden, "write", 1))

    garden.do("write")

    (mail,) = inbox(garden.town.ledger, "garden/polecat", archived=True)
    assert (mail.letter.kind, mail.letter.text) == ("HANDOFF", "Mind the thorns.")
    assert mail.letter.fields == {
        "Step": "write",
        "Asked-By": "ann",
        "Reason": "ann asked for it",
    }
    assert inbox(garden.town.ledger, "garden/polecat") == []
    told = (folder(garden, "write", 1) / "session-2.jsonl").read_text()
    assert told.count("Mind the thorns.") == 1


def test_after_a_crash_the_next_attempt_is_told_how_far_the_last_one_came(garden: Garden):
    garden.do("write")
    for _ in range(2):
        with pytest.raises(GasTownError):
            garden.do("die")

    first, second = (events(folder(garden, "die", n) / "session-1.jsonl")[0] for n in (1, 2))

    assert "how the session before ended" not in first["task"]
    assert "It ended after 2 turns: crashed" in second["task"]
    assert "- lily.py" in second["task"]


def test_a_letter_that_a_crashed_session_sent_is_not_sent_again_and_the_next_knows(garden: Garden):
    for _ in range(2):
        with pytest.raises(GasTownError):
            garden.do("tell")

    (mail,) = inbox(garden.town.ledger, "garden/refinery")
    assert (mail.letter.sender, mail.letter.subject) == ("garden/polecat", "Mind the thorns")
    first, second = (events(folder(garden, "tell", n) / "session-1.jsonl") for n in (1, 2))
    assert "letters that you sent already" not in first[0]["task"]
    assert "- to garden/refinery: Mind the thorns" in second[0]["task"]
    said = [event["text"] for event in (*first, *second) if event["event"] == "observation"]
    assert [text.split(", as")[0] for text in said] == [
        "Your letter is sent",
        "Your letter was sent before",
    ]


def test_killed_at_any_byte_a_session_still_tells_the_next(garden: Garden):
    garden.do("write")
    with pytest.raises(GasTownError):
        garden.do("die")
    transcript = folder(garden, "die", 1) / "session-1.jsonl"
    lines = transcript.read_bytes().splitlines(keepends=True)
    transcript.write_bytes(b"".join(lines[:-2]) + lines[-2][:20])

    with pytest.raises(GasTownError):
        garden.do("die")

    task = events(folder(garden, "die", 2) / "session-1.jsonl")[0]["task"]
    assert "cut off." in task
    assert "- write_file lily.py" in task


def test_a_full_context_hands_off_by_itself_as_often_as_it_may(garden: Garden):
    file = garden.town.layout.config
    file.write_text(file.read_text() + "[limits]\nhandoffs = 1\nhandoff_at = 0.5\n")
    garden = Garden(Town.open(garden.town.root), garden.molecule)
    garden.do("write")

    garden.do("read")

    place = folder(garden, "read", 1)
    first, second = (events(place / f"session-{n}.jsonl") for n in (1, 2))
    assert first[-1]["reason"] == "its context is full, for the first time of 1"
    assert second[-1]["status"] == "done"
    assert [one.name for one in place.glob("handoff*.json")] == ["handoff-1.json"]


def test_a_further_session_of_an_attempt_goes_on_only_with_what_was_handed_to_it(tmp_path: Path):
    request = StageRequest(
        town="oak", convoy="", step="errand-crew-1", key="Ask", role="crew", token=1,
        placement=Placement(where="local", reason="test"),
    )  # fmt: skip
    place = tmp_path / "errand-crew-1" / "1"
    place.mkdir(parents=True)
    (place / "session-1.jsonl").write_text('{"event": "stop", "status": "limit"}\n')
    spot = Spot(make_oak(tmp_path, rows("http://127.0.0.1:9/v1")), request, place, 2)

    assert begun(spot, "Where is the tempo set?", None) == "Where is the tempo set?"

    spent: dict[str, Any] = {"answer": None, "check": None, "usage": Usage(), "turns": 1}
    keep_note(replace(spot, number=1), Outcome(status="done", note="All well.", **spent))
    assert begun(spot, "Where is the tempo set?", None) == "Where is the tempo set?"
    keep_note(replace(spot, number=1), Outcome(status="gave_up", note="y" * 5_000, **spent))
    assert "left you (crew)\n```\nyyy" in begun(spot, "Where is the tempo set?", None)

    give(place, 1, Handoff(by="ann", note="Look at the clock."))
    assert "Look at the clock." in begun(spot, "Where is the tempo set?", None)
    assert "It ended after 0 turns: limit." in begun(spot, "Where is the tempo set?", None)
