"""Looks at gates, and answers: what resolves them, once, and who is told."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest

from gastown.beads.bead import CLOSED, Draft
from gastown.convoys.molecule import pour, recorded
from gastown.errors import GasTownError, LedgerError
from gastown.feedback.rehearsal.server import PublicServer
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.gates.mail import leave_reply
from gastown.gates.record import record_of
from gastown.town.town import Town
from tasks.gates import Reply, answer, ask_anew, look_at, open_all, rejections, still_open
from tests.tasks.oak import make_oak


class Gates:
    """A town with one molecule of gates, and the time by which it is looked at."""

    def __init__(self, folder, tables="") -> None:
        self.town = make_oak(folder, tables)
        self.now = datetime.now(UTC)
        self.told: list[tuple[str, str]] = []

    def __call__(self) -> datetime:
        return self.now

    def tell(self, subject: str, body: str) -> None:
        self.told.append((subject, body))

    def opened(self, *gates: PlannedGate, **fields: object) -> list[str]:
        steps = tuple(
            PlannedStep.model_validate(
                {"key": f"g{n}", "step": f"g{n}", "title": f"Gate {n}", "kind": "gate", **fields}
                | {"gate": gate}
            )
            for n, gate in enumerate(gates)
        )
        self.molecule = pour(self.town.ledger, Plan(formula="f", digest="d", steps=steps))
        open_all(self.town, self.molecule, [step.key for step in steps])
        self.now = datetime.now(UTC)
        return [self.molecule.beads[step.key] for step in steps]

    def look(self, *gates: str) -> list[tuple[str, bool]]:
        looked = look_at(self.town, gates, self.tell, self)
        return [(one.found, one.new) for one in looked]

    def said(self, gate: str) -> str:
        record = record_of(self.town.ledger.show(gate))
        assert record is not None
        assert record.escalated is not None
        return record.escalated.reason

    def output(self, gate: str) -> object:
        return recorded(self.town.ledger.show(gate)).evidence["output"]


@pytest.fixture
def gates(tmp_path):
    return Gates(tmp_path)


def test_a_timer_opens_when_it_ends_and_not_before(gates):
    (gate,) = gates.opened(PlannedGate(type="timer", await_id="1h"))

    assert gates.look(gate) == [("open", False)]
    gates.now += timedelta(hours=1)
    assert gates.look(gate) == [("resolved", True)]
    assert gates.look(gate) == []  # it is closed, and is looked at no more


def test_a_gate_that_is_overdue_is_told_once_and_stays_open(gates):
    (gate,) = gates.opened(PlannedGate(type="human", timeout_s=60))
    gates.now += timedelta(minutes=2)

    assert gates.look(gate) == [("overdue", True)]
    assert gates.look(gate) == [("overdue", False)]
    ((subject, body),) = gates.told
    assert (subject, f"town gate resolve {gate}" in body) == ("oak: Gate 0 needs a person", True)
    assert list(still_open(gates.town, [gate])) == [gate]
    answer(gates.town, gate, Reply(by="ann"))
    assert gates.town.ledger.show(gate).status == CLOSED


def test_what_could_not_be_told_is_on_record_and_is_not_told_again(gates):
    (gate,) = gates.opened(PlannedGate(type="human", timeout_s=0))

    def broken(_: str, __: str) -> None:
        raise GasTownError("no such block")

    look_at(gates.town, [gate], broken, gates)

    assert "not told: no such block" in gates.said(gate)
    assert gates.look(gate) == [("overdue", False)]
    assert gates.told == []


def test_many_who_look_at_once_tell_one_person_once(gates):
    (gate,) = gates.opened(PlannedGate(type="human", timeout_s=0))
    threads = [threading.Thread(target=gates.look, args=(gate,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(gates.told) == 1


def test_a_gate_is_resolved_once_however_many_try(gates):
    """Real processes at once: one of them opens it, and the evidence is that one's."""
    (gate,) = gates.opened(PlannedGate(type="human"))
    code = (
        "import sys; from pathlib import Path; from gastown.town.town import Town;"
        "from gastown.errors import LedgerError; from tasks.gates import Reply, answer\n"
        "try: answer(Town.open(Path(sys.argv[1])), sys.argv[2], Reply(by=sys.argv[3])).new or 1/0\n"
        "except (LedgerError, ZeroDivisionError): sys.exit(3)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    argv = [sys.executable, "-c", code, str(gates.town.root), gate]
    tries = [subprocess.Popen([*argv, name], env=env) for name in ("ann", "bob")]
    ended = {name: one.wait() for name, one in zip(("ann", "bob"), tries, strict=True)}

    (winner,) = [name for name, code in ended.items() if code == 0]
    assert recorded(gates.town.ledger.show(gate)).evidence["by"] == winner


def test_a_bead_of_another_rig_opens_a_gate_when_it_closes(gates):
    ledger = gates.town.ledger
    bead = ledger.create(Draft(title="other work", prefix="sk")).id
    (gate, lost) = gates.opened(
        PlannedGate(type="bead", await_id=f"scorekeeper:{bead}"),
        PlannedGate(type="bead", await_id="sk-none"),
    )

    assert gates.look(gate, lost) == [("open", False), ("overdue", True)]
    assert "sk-none" in gates.said(lost)
    ledger.close(bead, "done")
    assert gates.look(gate) == [("resolved", True)]
    assert gates.output(gate) == {"bead": bead, "reason": "done"}


def test_a_message_answers_and_is_read_once(gates):
    ledger = gates.town.ledger
    (mail, human) = gates.opened(PlannedGate(type="mail"), PlannedGate(type="human"))
    leave_reply(ledger, mail, "ann", "Key", "42")
    question = leave_reply(ledger, human, "bob", "Re:", "Which one?")
    no = leave_reply(ledger, human, "bob", "Re:", "no, too early")

    assert gates.look(mail, human) == [("resolved", True), ("rejected", True)]
    assert gates.output(mail) == {"approved": True, "answer": "42", "subject": "Key", "from": "ann"}
    assert (ledger.show(no.id).status, ledger.show(question.id).status) == (CLOSED, "open")
    assert rejections(gates.town, gates.molecule, ["g1"]) == {"g1": "rejected by bob: too early"}
    ask_anew(gates.town, gates.molecule, ["g1"])
    assert gates.look(human) == [("open", False)]


def test_a_condition_is_asked_of_what_is_on_record(gates):
    (first, second) = gates.opened(
        PlannedGate(type="human"),
        PlannedGate(type="conditional", await_id="g0.output.answer == go"),
    )

    assert gates.look(second) == [("open", False)]
    answer(gates.town, first, Reply(answer="go"))
    assert gates.look(second) == [("resolved", True)]


def test_a_condition_that_cannot_be_told_calls_a_person(gates):
    (gate,) = gates.opened(PlannedGate(type="conditional", await_id="nobody.status == closed"))

    assert gates.look(gate) == [("overdue", True)]
    assert "nobody" in gates.said(gate)


def test_an_answer_that_the_form_refuses_changes_nothing(gates):
    (gate,) = gates.opened(
        PlannedGate(type="human"), metadata={"form": {"version": {"required": True}}}
    )

    with pytest.raises(LedgerError, match="version: is missing"):
        answer(gates.town, gate, Reply())
    assert gates.town.ledger.show(gate).status != CLOSED
    answer(gates.town, gate, Reply(fields={"version": "1"}))
    assert gates.output(gate) == {"approved": True, "answer": "", "version": "1"}


def test_a_gate_that_is_not_open_cannot_be_answered(gates):
    (gate,) = gates.opened(PlannedGate(type="human"))
    plain = gates.town.ledger.create(Draft(title="work")).id
    answer(gates.town, gate, Reply(by="ann"))

    with pytest.raises(LedgerError, match="resolved already: approved by ann"):
        answer(gates.town, gate, Reply())
    with pytest.raises(LedgerError, match="is no gate that is open"):
        answer(gates.town, plain, Reply())


def test_github_is_asked_and_what_it_said_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    with PublicServer() as server:
        gates = Gates(tmp_path, f'[gates]\napi = "{server.url}"\n')
        run = {
            "id": 7, "name": "CI", "path": ".github/workflows/ci.yml", "head_branch": "main",
            "status": "queued", "conclusion": None, "html_url": "https://x/7",
            "created_at": f"{gates.now + timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
        }  # fmt: skip
        server.world.runs[7] = run
        server.world.pulls[3] = {"number": 3, "state": "closed", "merged": False, "html_url": "u"}
        (ci, pull, nowhere) = gates.opened(
            PlannedGate(type="gh:run", await_id="acme/game:ci"),
            PlannedGate(type="gh:pr", await_id="acme/game#3"),
            PlannedGate(type="gh:pr", await_id="3"),
        )

        assert gates.look(ci, pull, nowhere) == [
            ("open", False),
            ("overdue", True),
            ("overdue", True),
        ]
        assert "owner/name" in gates.said(nowhere)
        server.world.runs[7] = {**run, "status": "completed", "conclusion": "success"}
        server.world.pulls[3] = {"number": 3, "merged": True, "merge_commit_sha": "abc"}
        assert gates.look(ci, pull) == [("resolved", True), ("resolved", True)]
        assert gates.output(ci) == {"conclusion": "success", "run": 7, "url": "https://x/7"}
        assert len(gates.told) == 2
        sent = [dict(asked.headers) for asked in server.world.asked]
    assert all("Bearer s3cret" in str(headers) for headers in sent)


def test_github_that_is_away_for_a_moment_calls_nobody(tmp_path):
    with PublicServer() as server:
        gates = Gates(tmp_path, f'[gates]\napi = "{server.url}"\n')
        (gate,) = gates.opened(PlannedGate(type="gh:pr", await_id="acme/game#3"))
        server.world.pulls[3] = {"number": 3, "state": "open", "html_url": "u"}
        server.world.meet("too-many")

        assert gates.look(gate) == [("open", False)]
        asked = len(server.world.asked)
        assert gates.look(gate) == [("open", False)]  # it wished to be left alone
        assert len(server.world.asked) == asked
        gates.now += timedelta(seconds=30)
        server.world.meet("cut", "cut", "cut")
        assert gates.look(gate) == [("open", False)]


def test_a_gate_keeps_its_time_when_the_town_is_opened_anew(gates):
    (gate,) = gates.opened(PlannedGate(type="timer", await_id="1h"))
    before = record_of(gates.town.ledger.show(gate))
    again = Town.open(gates.town.root)

    open_all(again, gates.molecule, ["g0"], "a-run", "a-pause")

    after = record_of(again.ledger.show(gate))
    assert before is not None
    assert after is not None
    assert (after.opened, after.run) == (before.opened, "a-run")
