"""Gates on a real server: a run that only waits is gone, holds nothing, and goes on when let.

One town for the whole file: a cold start costs ten seconds.
"""

import pytest

from blocks.engine import connected
from flows.keeping import resume_ready
from flows.launch import launch, wait
from gastown.convoys.molecule import recorded
from gastown.formula.plan import PlannedGate
from gastown.gates.record import open_gates, record_of
from gastown.mail.box import inbox
from tasks.gates import Reply, answer
from tests.landing.gated import gated_town
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture(scope="module")
def gated(tmp_path_factory):
    with gated_town(tmp_path_factory.mktemp("gates")) as standing:
        yield standing


HUMAN = PlannedGate(type="human")
REQUIRED = {"version": {"required": True, "pattern": "^[0-9.]+$"}}


def test_a_run_that_waits_for_a_person_is_gone_and_the_form_lets_it_go_on(gated):
    molecule = gated.convoy(HUMAN, form=REQUIRED)
    run, gate = gated.launched(molecule), molecule.beads["ask-1"]
    gated.suspended(run)

    until(lambda: not gated.processes(run))
    ledger = gated.town.ledger
    assert (ledger.claim_of(molecule.id), ledger.claim_of(gate)) == (None, None)
    assert gated.slots() == 0
    again = launch(gated.town, molecule.plan.convoy)
    assert (again.run, again.again, again.waits_for) == (run, True, (gate,))
    assert gated.fill_in(run, decision="approve", version="one") == "REJECT"
    assert gated.fill_in(run, decision="approve", version="1.2", by="ann") == "ACCEPT"

    assert gated.landed(run)
    done = recorded(ledger.show(gate))
    assert done.evidence["output"] == {"approved": True, "answer": "", "version": "1.2"}
    assert (done.evidence["by"], done.summary) == ("ann", "approved by ann")


def test_an_answer_that_is_not_taken_is_asked_for_again_with_the_reason(gated):
    molecule = gated.convoy(HUMAN, form=REQUIRED)
    run, gate = gated.launched(molecule), molecule.beads["ask-1"]
    first = gated.suspended(run)
    gated.fill_in(run, decision="approve")

    until(lambda: gated.suspended(run) != first)
    shown = gated.form(run)["description"]
    assert "version: is missing" in shown
    said = gated.command("gate", "resolve", gate, "--set", "version=2", "--answer", "now")

    assert (said["found"], said["resumed"]) == ("resolved", True)
    assert gated.landed(run)


def test_a_no_fails_the_run_with_its_reason_and_retry_asks_again(gated):
    molecule = gated.convoy(HUMAN)
    run, gate = gated.launched(molecule), molecule.beads["ask-1"]
    gated.suspended(run)
    said = gated.command("gate", "resolve", gate, "--reject", "--comment", "too early")

    assert (said["found"], said["resumed"]) == ("rejected", True)
    end = wait(gated.town, run)
    assert (end.is_failed(), "too early" in (end.message or "")) == (True, True)
    again = {"state": {"type": "SCHEDULED", "name": "AwaitingRetry"}, "force": True}
    gated.post(f"/flow_runs/{run}/set_state", again)
    gated.suspended(run)
    gated.fill_in(run, decision="approve")
    assert gated.landed(run)


def test_a_timer_is_looked_after_by_the_gatekeeper_and_by_nobody_else(gated):
    molecule = gated.convoy(HUMAN, PlannedGate(type="timer", await_id="25s"))
    before = gated.keepers()
    run, gate = gated.launched(molecule), molecule.beads["ask-2"]
    gated.suspended(run)
    assert gated.keepers() == before  # nothing is looked after while only a person is waited for
    gated.fill_in(run, decision="approve")

    assert gated.landed(run)
    assert recorded(gated.town.ledger.show(gate)).evidence["by"] == "the clock"
    assert gated.keepers() > before


def test_mail_alone_lets_runs_go_on(gated):
    """By `town mail reply` to what a human gate asked, and by `town mail send` to a mail gate."""
    molecule = gated.convoy(HUMAN, PlannedGate(type="mail", await_id="mayor"))
    town, (first, second) = gated.town, (molecule.beads[key] for key in ("ask-1", "ask-2"))
    run = gated.launched(molecule)
    gated.suspended(run)
    letters = {mail.letter.about: mail.id for mail in inbox(town.ledger, "overseer")}
    (looked,) = gated.command("mail", "reply", letters[first], "Yes, ship it")["gates"]
    assert (looked["found"], looked["resumed"]) == ("resolved", True)

    until(lambda: [mail.letter.about for mail in inbox(town.ledger, "mayor")] == [second])
    gated.suspended(run)
    gated.command("mail", "send", "town", "42", "--from", "mayor", "--reply-to", second)

    assert gated.landed(run)
    done = [recorded(town.ledger.show(gate)).evidence for gate in (first, second)]
    assert [(one["by"], one["output"]["answer"]) for one in done] == [
        ("overseer", "ship it"),
        ("mayor", "42"),
    ]
    assert inbox(town.ledger, "mayor") == []


def test_whenever_it_is_killed_it_asks_and_goes_on_once(gated):
    """Just after its gate opened, while it is started again, and after an answer nobody told of."""
    molecule = gated.convoy(HUMAN, HUMAN)
    town, (first, second) = gated.town, (molecule.beads[key] for key in ("ask-1", "ask-2"))
    run = gated.launched(molecule)
    until(lambda: record_of(town.ledger.show(first)))
    gated.kill(run)
    gated.suspended(run)
    gated.fill_in(run, decision="approve", by="ann")
    until(lambda: gated.processes(run))
    gated.kill(run)
    until(lambda: record_of(town.ledger.show(second)))
    gated.suspended(run)
    answer(town, second, Reply(by="bob"))  # and here whoever answered dies
    with connected(town.layout, gated.url):
        assert resume_ready(town) == [str(run)]
        assert resume_ready(town) == []

    assert gated.landed(run)
    by = [recorded(town.ledger.show(gate)).evidence["by"] for gate in (first, second)]
    assert by == ["ann", "bob"]
    assert not {first, second} & open_gates(town.ledger).keys()


def test_what_is_overdue_gets_a_form_of_its_own_and_waits_on(gated):
    """A pull request that nobody can look at: no repository is known. A person opens it."""
    molecule = gated.convoy(PlannedGate(type="gh:pr", await_id="3"))
    run, gate = gated.launched(molecule), molecule.beads["ask-1"]
    gated.suspended(run)

    shown = gated.form(run)
    assert "A person is needed" in shown["description"]
    assert "owner/name" in shown["description"]
    assert "decision" in shown["schema"]["properties"]
    gated.fill_in(run, decision="approve", comment="merged by hand")

    assert gated.landed(run)
    assert gated.town.ledger.show(gate).close_reason == "approved by somebody: merged by hand"


def test_called_in_a_program_of_ones_own_it_waits_and_looks_itself(gated, tmp_path):
    molecule = gated.convoy(PlannedGate(type="timer", await_id="3s"), HUMAN)
    second = molecule.beads["ask-2"]
    code = (
        "import sys; from flows.convoy import convoy;print(convoy(sys.argv[1], sys.argv[2]).steps)"
    )
    with gated.program(code, molecule.plan.convoy, str(gated.town.root), home=tmp_path) as process:
        until(lambda: record_of(gated.town.ledger.show(second)))
        assert process.poll() is None
        answer(gated.town, second, Reply(by="ann"))

        assert process.wait(timeout=300) == 0
    assert gated.town.ledger.show(molecule.plan.convoy).closed_at is not None


def test_a_run_that_waits_is_cancelled_when_its_convoy_is_given_up(gated):
    molecule = gated.convoy(HUMAN)
    run = gated.launched(molecule)
    gated.suspended(run)
    gated.command("convoy", "drop", molecule.plan.convoy, "--reason", "not wanted")

    end = wait(gated.town, run)
    assert (end.is_cancelled(), end.message) == (True, "its convoy was given up")
