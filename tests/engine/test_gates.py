"""Gates on a real server: a run that only waits is gone, holds nothing, and goes on when let.

One town for the whole file: a cold start costs ten seconds.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import Any
from uuid import UUID

import httpx
import psutil
import pytest

from blocks.engine import connected
from deployments.down import down
from deployments.up import up
from flows.keeping import resume_ready
from flows.launch import launch, wait
from gastown.beads.bead import Draft
from gastown.convoys.molecule import Molecule, pour, recorded
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.founding.install import install
from gastown.gates.record import open_gates, record_of
from gastown.town.processes import marked
from gastown.town.town import Town
from tasks.gates import Reply, answer
from tests.landing.wait import until

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def silent(_: str) -> None:
    """Progress that nobody reads."""


class Gated:
    """A town that is up, with convoys that are nothing but gates."""

    def __init__(self, town: Town, url: str) -> None:
        self.town, self.url = town, url

    def convoy(self, *gates: PlannedGate, form: dict[str, Any] | None = None) -> Molecule:
        """A convoy of gates, each behind the one before."""
        ledger = self.town.ledger
        convoy = ledger.create(Draft(title="gates", infix="cv", issue_type="convoy")).id
        keys = [f"ask-{number}" for number in range(1, len(gates) + 1)]
        steps = tuple(
            PlannedStep(
                key=key,
                step=key,
                title=f"Ship {key}?",
                description="All tests are green.",
                kind="gate",
                gate=gate,
                needs=(keys[place - 1],) if place else (),
                metadata={"form": form} if form else {},
            )
            for place, (key, gate) in enumerate(zip(keys, gates, strict=True))
        )
        return pour(ledger, Plan(formula="convoy", digest="d", convoy=convoy, steps=steps))

    def launched(self, molecule: Molecule) -> UUID:
        return launch(self.town, molecule.plan.convoy).run

    def run(self, run: UUID) -> dict[str, Any]:
        return self.get(f"/flow_runs/{run}")

    def get(self, path: str) -> dict[str, Any]:
        return httpx.get(self.url + path, trust_env=False).raise_for_status().json()

    def post(self, path: str, body: object) -> Any:
        answer = httpx.post(self.url + path, json=body, trust_env=False, timeout=30)
        return answer.raise_for_status().json()

    def suspended(self, run: UUID) -> str:
        """The key of the suspension in which a run waits, once it does."""
        until(lambda: self.run(run)["state"]["name"] == "Suspended")
        return self.run(run)["state"]["state_details"]["pause_key"]

    def processes(self, run: UUID) -> list[psutil.Process]:
        found = marked(self.town.layout).items()
        return [one for one, env in found if env.get("PREFECT__FLOW_RUN_ID") == str(run)]

    def fill_in(self, run: UUID, **said: object) -> str:
        """The form, submitted as the UI does it."""
        return self.post(f"/flow_runs/{run}/resume", {"run_input": said})["status"]

    def command(self, *tokens: str) -> dict[str, Any]:
        """`town …`, as a process of its own."""
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        code = "from gastown.cli.main import main; main()"
        argv = [sys.executable, "-c", code, *tokens, "--json"]
        root = self.town.root
        done = subprocess.run(argv, cwd=root, env=env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def kill(self, run: UUID) -> None:
        """Kill -9 the run's process, if it lives."""
        for process in self.processes(run):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def slots(self) -> int:
        """How many places of the deployment are taken."""
        found = self.get("/deployments/name/convoy/local")
        return found["global_concurrency_limit"]["active_slots"]

    def keepers(self) -> list[dict[str, Any]]:
        """The gatekeeper's runs."""
        only = {"flows": {"name": {"any_": ["gatekeeper"]}}}
        return self.post("/flow_runs/filter", only)

    def landed(self, run: UUID) -> bool:
        return wait(self.town, run).is_completed()


@pytest.fixture(scope="module")
def gated(tmp_path_factory):
    root = tmp_path_factory.mktemp("gates") / "oak"
    install(root, "oak")
    town = Town.open(root)
    try:
        yield Gated(town, up(town, silent).url)
    finally:
        down(town.layout, silent)


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
    keyset = gated.run(run)["state"]["state_details"]["run_input_keyset"]
    shown = gated.get(f"/flow_runs/{run}/input/{keyset['description']}")
    assert "version: is missing" in str(shown)
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
    run, gate = gated.launched(molecule), molecule.beads["ask-2"]
    gated.suspended(run)
    assert gated.keepers() == []  # nothing is looked after while only a person is waited for
    gated.fill_in(run, decision="approve")

    assert gated.landed(run)
    assert recorded(gated.town.ledger.show(gate)).evidence["by"] == "the clock"
    assert gated.keepers()


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
    assert open_gates(town.ledger) == {}
