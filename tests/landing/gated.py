"""A town that is up, with convoys that are nothing but gates."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psutil

from deployments.down import down
from deployments.up import up
from flows.launch import launch, wait
from gastown.beads.bead import Draft
from gastown.convoys.molecule import Molecule, pour
from gastown.formula.plan import Plan, PlannedGate, PlannedStep
from gastown.founding.install import install
from gastown.town.processes import marked
from gastown.town.town import Town
from tests.landing.wait import until


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

    def get(self, path: str) -> Any:
        return self._asked("GET", path)

    def post(self, path: str, body: object) -> Any:
        return self._asked("POST", path, json=body)

    def _asked(self, method: str, path: str, **more: Any) -> Any:
        """As Prefect's client does, try again what a busy server had no time for."""
        url, answer = self.url + path, httpx.Response(503)
        for _ in range(40):
            answer = httpx.request(method, url, trust_env=False, timeout=60, **more)
            if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE:
                break
            time.sleep(0.5)
        return answer.raise_for_status().json()

    def suspended(self, run: UUID) -> str:
        """The key of the suspension in which a run waits, once it does."""
        until(lambda: self.run(run)["state"]["name"] == "Suspended")
        return self.run(run)["state"]["state_details"]["pause_key"]

    def processes(self, run: UUID) -> list[psutil.Process]:
        found = marked(self.town.layout).items()
        return [one for one, env in found if env.get("PREFECT__FLOW_RUN_ID") == str(run)]

    def form(self, run: UUID) -> dict[str, Any]:
        """What a suspended run's form is drawn from."""
        keyset = self.run(run)["state"]["state_details"]["run_input_keyset"]
        names = ("schema", "description")
        return {name: self.get(f"/flow_runs/{run}/input/{keyset[name]}") for name in names}

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

    @contextmanager
    def program(self, code: str, *words: str, home: Path) -> "Generator[subprocess.Popen[bytes]]":
        """A program of somebody's, which calls the flow itself; its run is of no deployment."""
        env = {name: value for name, value in os.environ.items() if "PREFECT" not in name}
        env |= {"PYTHONPATH": os.pathsep.join(sys.path), "PREFECT_HOME": str(home)}
        env |= {"PREFECT_API_URL": self.url}
        with subprocess.Popen([sys.executable, "-c", code, *words], env=env) as process:
            try:
                yield process
            finally:
                process.kill()

    def kill(self, run: UUID) -> None:
        """Kill -9 the run's process, if it lives."""
        for process in self.processes(run):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def slots(self) -> int:
        """How many places of the deployment are taken."""
        found = self.get("/deployments/name/convoy/local")
        return found["global_concurrency_limit"]["active_slots"]

    def keepers(self) -> int:
        """How often the gatekeeper was or is to be started."""
        return self.post("/flow_runs/count", {"flows": {"name": {"any_": ["gatekeeper"]}}})

    def landed(self, run: UUID) -> bool:
        return wait(self.town, run).is_completed()


@contextmanager
def gated_town(folder: Path) -> Generator[Gated]:
    """Found it, bring it up, and end every process of it afterwards."""
    install(folder / "oak", "oak")
    town = Town.open(folder / "oak")
    try:
        yield Gated(town, up(town, silent).url)
    finally:
        down(town.layout, silent)
