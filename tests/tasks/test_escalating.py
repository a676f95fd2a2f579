"""Looks at escalations: who is asked, who is told, and that each is said once."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from gastown.beads.bead import Draft
from gastown.beads.ledger import utc_now
from gastown.errors import GasTownError
from gastown.escalation.escalation import Escalation
from gastown.escalation.record import escalate, open_escalations, require, resolve
from gastown.mail.box import inbox
from gastown.mail.letter import write
from gastown.mail.post import send
from gastown.testing import FakeClock
from tasks.escalating import blocks_of, look_after
from tests.tasks.oak import make_oak

TABLES = '[escalation]\nnotify = ["custom-webhook/a", "custom-webhook/b"]\nhigh_s = 60\n'


class Team:
    """A town, and who hears of its escalations; `away` blocks send nothing."""

    def __init__(self, folder) -> None:
        self.town = make_oak(folder, TABLES)
        self.clock = FakeClock(utc_now())
        self.told: list[tuple[str, str]] = []
        self.away: set[str] = set()

    def send(self, block: str, subject: str, body: str) -> None:
        assert "town escalation ack" in body
        if block in self.away:
            raise GasTownError(f"{block}: not sent: no route")
        self.told.append((block, subject))

    def look(self):
        return look_after(self.town, self.send, self.clock)

    def raised(self, **said: object) -> str:
        fields = {"severity": "HIGH", "category": "failed", "subject": "Stuck", **said}
        one = Escalation.model_validate(fields)
        return escalate(self.town.ledger, one, clock=self.clock).id


@pytest.fixture
def team(tmp_path):
    return Team(tmp_path)


def test_the_tier_is_asked_by_mail_and_the_overseer_when_nobody_answered(team):
    bead = team.raised()

    assert [(one.did, one.told) for one in team.look()] == [("raised", ())]
    assert team.look() == []
    assert len(inbox(team.town.ledger, "deacon")) == 1
    team.clock.advance(60)
    (looked,) = team.look()
    assert (looked.did, looked.tier) == ("rose", "overseer")
    assert looked.told == ("custom-webhook/a", "custom-webhook/b")
    assert team.told == [
        ("custom-webhook/a", "oak: HIGH failed: Stuck"),
        ("custom-webhook/b", "oak: HIGH failed: Stuck"),
    ]
    assert len(inbox(team.town.ledger, "overseer")) == 1
    assert team.look() == []
    assert require(team.town.ledger, bead).mailed == 2


def test_a_block_that_is_away_is_tried_again_and_the_other_is_not(team):
    team.away = {"custom-webhook/a"}
    team.raised(severity="CRITICAL")

    (looked,) = team.look()
    assert looked.told == ("custom-webhook/b",)
    assert looked.failed == ("custom-webhook/a: not sent: no route",)
    assert team.look() == []
    team.away.clear()
    team.clock.advance(61)
    assert [one.told for one in team.look()] == [("custom-webhook/a",)]
    assert team.told[-1][1] == "oak: CRITICAL failed: Stuck (again; the first may have been lost)"


def test_one_whose_cause_is_gone_is_settled_and_nobody_is_told(team):
    ledger = team.town.ledger
    step = ledger.create(Draft(title="Review"))
    team.raised(about=step.id, source="oak/jade")
    ledger.close(step.id, "merged")
    team.clock.advance(9_999)

    (looked,) = team.look()

    assert looked.did == "resolved"
    assert team.told == []
    assert open_escalations(ledger) == {}
    assert inbox(ledger, "deacon") == []
    assert [mail.letter.subject for mail in inbox(ledger, "oak/jade")] == ["Settled: Stuck"]


def test_who_raised_it_hears_of_its_end_even_if_who_ended_it_died_then(team):
    bead = team.raised(source="mayor")
    resolve(team.town.ledger, bead, "ada", "done")
    team.look()
    team.look()

    assert [mail.letter.subject for mail in inbox(team.town.ledger, "mayor")] == ["Settled: Stuck"]


def test_an_agents_cry_for_help_is_raised_and_asked_of_the_tier_that_it_named(team):
    help_ = write(
        kind="HELP", sender="oak/jade", to="mayor", subject="x", fields={"Problem": "Which tempo?"}
    )
    send(team.town.ledger, help_)

    (looked,) = team.look()

    assert (looked.subject, looked.tier, looked.did) == ("Which tempo?", "mayor", "raised")
    assert len(inbox(team.town.ledger, "mayor")) == 2
    assert team.look() == []


def test_without_blocks_of_its_own_those_of_gates_and_then_of_the_brief_are_used(tmp_path):
    gates = make_oak(tmp_path / "a", '[gates]\nnotify = ["slack-webhook/g"]\n')
    brief = make_oak(tmp_path / "b", '[assistant]\nnotify = ["slack-webhook/b"]\n')

    assert blocks_of(gates.config) == ("slack-webhook/g",)
    assert blocks_of(brief.config) == ("slack-webhook/b",)


_WALK = """
import os, signal, sys
from pathlib import Path
from gastown.town.town import Town
from tasks.escalating import look_after

log, when = Path(sys.argv[2]), sys.argv[3]

def send(block, subject, body):
    if when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    with log.open("a") as file:
        file.write(f"{block} {subject}\\n")
    if when == "after":
        os.kill(os.getpid(), signal.SIGKILL)

look_after(Town.open(Path(sys.argv[1])), send)
"""


@pytest.mark.parametrize(
    ("when", "told"),
    [("before", {"a": 1, "b": 1}), ("after", {"a": 2, "b": 1}), ("never", {"a": 1, "b": 1})],
)
def test_who_is_killed_while_it_tells_is_followed_by_one_who_tells_the_rest(team, when, told):
    """Twice only where the machine died after the sending and before its note, and it says so."""
    team.raised(severity="CRITICAL")
    log = team.town.root / "told.txt"
    log.touch()

    def walk(when: str) -> int:
        command = [sys.executable, "-c", _WALK, str(team.town.root), str(log), when]
        environ = {**os.environ, "PYTHONPATH": os.getcwd()}  # noqa: PTH109 - where tests run
        return subprocess.run(command, env=environ, check=False).returncode

    assert walk(when) == (0 if when == "never" else -signal.SIGKILL)
    assert walk("never") == 0
    assert walk("never") == 0

    lines = log.read_text().splitlines()
    assert {b: sum(f"webhook/{b} " in line for line in lines) for b in "ab"} == told
    assert sum("may have been lost" in line for line in lines) == (when != "never")


def test_two_that_look_at_once_tell_once(team):
    bead = team.raised(severity="CRITICAL")

    def send_and_let_another_look(block: str, subject: str, body: str) -> None:
        team.send(block, subject, body)
        look_after(team.town, team.send, team.clock)

    look_after(team.town, send_and_let_another_look, team.clock)

    assert sorted(block for block, _ in team.told) == ["custom-webhook/a", "custom-webhook/b"]
    assert require(team.town.ledger, bead).asked == 1
    team.clock.now += timedelta(hours=1)
    assert team.look() == []
