"""A worktree with a broken sum, and sessions of a command-line agent that is to mend it."""

import json
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from blocks.door import EndpointDoor
from blocks.openai_model import Endpoint
from gastown.agents.answers import Submission
from gastown.agents.external.preset import Preset, overlaid
from gastown.agents.external.runtime import CliRuntime
from gastown.agents.jail import Jail, find_jail
from gastown.agents.jail.find import Setting
from gastown.agents.protocols import Check, Job, Limits, Outcome
from gastown.agents.tools import WorktreeTools
from gastown.errors import JailError
from gastown.money.prices import Prices
from gastown.rehearsal.faults import parse_faults
from gastown.rehearsal.pace import UNPACED
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.rehearsal.turn import Call, Turn

BROKEN = "def add(a, b):\n    return a - b\n"
MENDED = "def add(a, b):\n    return a + b\n"
HEADERS = {"role": "polecat", "bead": "sum", "round": "1"}
KEY = "the-endpoints-own-key"
MENDS = Turn(
    calls=(
        Call("write_file", {"path": "calc.py", "content": MENDED}),
        Call("submit", {"summary": "It adds."}),
    )
)
IDLES = Turn(calls=(Call("submit", {"summary": "Nothing to do."}),))


def jail_or_skip(setting: Setting = "bwrap") -> Jail:
    try:
        return find_jail(setting)
    except JailError as error:
        pytest.skip(str(error))


def misbehaving(fault: str, **more: str) -> Preset:
    shipped = overlaid("rehearsal", {})
    env = {**shipped.env, "MISBEHAVE": fault, **more}
    return overlaid("rehearsal", {"env": env})


def endpoint(url: str, key: str = "") -> Endpoint:
    return Endpoint(
        name="row",
        url=url,
        model="rehearsal",
        protocol="tools",
        context=16_384,
        max_output=500,
        prices=Prices(Decimal(1), Decimal(2)),
        api_key=key or None,
    )


def calc_adds(root: Path) -> Callable[[object], Check]:
    def verify(_: object) -> Check:
        mended = (root / "calc.py").read_text() == MENDED
        return Check(ok=mended, feedback="" if mended else "add(1, 2) is -1")

    return verify


@dataclass
class Stage:
    """A worktree, its model, and what a session there did."""

    root: Path
    server: RehearsalServer
    seconds: float = field(default=0.0)

    @property
    def transcript(self) -> Path:
        return self.root.parent / "session.jsonl"

    def events(self, kind: str) -> list[dict[str, object]]:
        found = map(json.loads, self.transcript.read_text().splitlines())
        return [event for event in found if event["event"] == kind]

    def work(
        self, preset: Preset | None = None, jail: Jail | None = None, **limits: float
    ) -> Outcome:
        door = EndpointDoor(endpoint(self.server.url, KEY))
        runtime = CliRuntime(preset or overlaid("rehearsal", {}), door, jail or jail_or_skip())
        begin = time.monotonic()
        outcome = runtime.run(self.job(**limits))
        self.seconds = time.monotonic() - begin
        return outcome

    def job(self, **limits: float) -> Job:
        tools = WorktreeTools(self.root, read_only=("tests/**", "conftest.py"))
        return Job(
            role="polecat",
            system="You are a polecat.",
            task="# Mend the sum (sum)",
            limits=Limits(**({"seconds": 60} | limits)),  # type: ignore[arg-type]
            environment=tools,
            output=Submission,
            verify=calc_adds(self.root),
            transcript=self.transcript,
            session=HEADERS,
        )


@contextmanager
def stage(folder: Path, *turns: Turn, faults: str = "") -> Generator[Stage]:
    root = folder / "work"
    (root / "tests").mkdir(parents=True)
    (root / "calc.py").write_text(BROKEN)
    (root / "tests" / "test_calc.py").write_text("assert add(1, 2) == 3\n")
    script = Script({("polecat", "sum", 1): turns})
    with RehearsalServer(script, pace=UNPACED, api_key=KEY, faults=parse_faults(faults)) as server:
        yield Stage(root, server)
