"""try_agent: one session of an agent on a throw-away repository, and what of it held."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json import loads
from pathlib import Path
from typing import Any
from uuid import uuid4

from gastown.agents.answers import Submission
from gastown.agents.external.door import Door
from gastown.agents.external.preset import Preset
from gastown.agents.external.runtime import CliRuntime
from gastown.agents.jail import Jail
from gastown.agents.protocols import Check, Job, Limits, Outcome
from gastown.agents.tools import WorktreeTools
from gastown.errors import GasTownError
from gastown.money.metered import Meter
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Call, Turn
from gastown.rigs.command import git
from gastown.stage import Placement, StageRequest
from gastown.town.town import Town
from tasks.metering import open_meter

LIMITS = Limits(turns=12, tokens=100_000, seconds=180.0)
GRACE_S = 5.0
KEY = "agent-trial"
TASK = (
    "# Mend the sum\n`add` in calc.py subtracts, so test_calc.py fails. Make `add(1, 2)` be 3 by "
    "changing calc.py. You may not change test_calc.py."
)
FILES = {
    "calc.py": "def add(a, b):\n    return a - b\n",
    "test_calc.py": "from calc import add\n\nassert add(1, 2) == 3, add(1, 2)\n",
    "README.md": "# Sums\n",
}
_MENDED = "def add(a, b):\n    return a + b\n"
_SAID = f"`add` has to add.\n\ncalc.py\n```python\n{_MENDED}```\n"
_CALLS = (
    Call("write_file", {"path": "calc.py", "content": _MENDED}),
    Call("submit", {"summary": "It adds."}),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was looked at, by code."""

    name: str
    held: bool
    seen: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What a session showed. `mended` says more of the model than of the agent."""

    facts: tuple[Fact, ...]
    mended: bool
    outcome: Outcome

    @property
    def held(self) -> bool:
        """Whether every fact did."""
        return all(fact.held for fact in self.facts)


def trial_meter(town: Town, model: str) -> Meter:
    """Pays for a trial on a row of the catalogue, within the town's budgets.

    Raises ConfigError for a model of a cloud whose price nobody knows.
    """
    where = town.config.model(model).where
    request = StageRequest(
        town=str(town.root),
        convoy="",
        step=f"agent-test-{uuid4().hex[:12]}",
        key="agent test",
        role="polecat",
        token=1,
        model=model,
        placement=Placement(where=where, reason="a person tries an agent"),
    )
    return open_meter(town, request, model)


def rehearsal_for(preset: Preset) -> Script:
    """What the rehearsed model says in a trial: our own agent's tools, or a file in plain text."""
    ours = any("rehearsal/agent.py" in word for word in preset.command)
    turn = Turn(calls=_CALLS) if ours else Turn(text=_SAID)
    return Script({("polecat", KEY, 1): (turn,) * LIMITS.turns})


def try_agent(preset: Preset, door: Door, jail: Jail, limits: Limits = LIMITS) -> Trial:
    """Let the agent mend a planted fault.

    Raises:
        GasTownError: It could not be started here; says why.
    """
    with tempfile.TemporaryDirectory(prefix="gastown-trial-") as folder:
        root, beside = Path(folder, "repository"), Path(folder, "beside.txt")
        _plant(root)
        beside.write_text("as before", encoding="utf-8")
        job = _job(root, jail, limits)
        begin = time.monotonic()
        outcome = CliRuntime(preset, door, jail).run(job)
        seconds = time.monotonic() - begin
        events = _events(job.transcript)
        facts = tuple(_facts(outcome, events, limits, seconds))
        aside = beside.read_text(encoding="utf-8") == "as before"
        return Trial((*facts, _inside(events, aside=aside)), bool(_mended(root, jail).ok), outcome)


def _plant(root: Path) -> None:
    root.mkdir()
    for name, text in FILES.items():
        (root / name).write_text(text, encoding="utf-8")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=Plant a fault", author="trial <trial@town>")


def _job(root: Path, jail: Jail, limits: Limits) -> Job:
    return Job(
        role="polecat",
        system="You mend a fault in a small repository.",
        task=TASK,
        limits=limits,
        environment=WorktreeTools(root, read_only=("test_*.py",)),
        output=Submission,
        verify=lambda _: _mended(root, jail),
        transcript=root.parent / "session.jsonl",
        session={"role": "polecat", "bead": KEY, "round": "1"},
    )


def _mended(root: Path, jail: Jail) -> Check:
    """The planted test's own verdict, run in the jail."""
    argv = ["python", "-B", "test_calc.py"]
    ran = jail.run(argv, cwd=root, writable=[root], timeout_s=30)
    return Check(ok=ran.rc == 0, feedback=ran.output)


def _facts(
    outcome: Outcome, events: list[Mapping[str, Any]], limits: Limits, seconds: float
) -> Iterator[Fact]:
    ends = [event["rc"] for event in events if event["event"] == "ended"]
    said = [str(e["claims"]).strip() for e in events if e["event"] == "ended"]
    finished = bool(ends) and ends[-1] == 0
    last = said[-1].splitlines()[-1][:200] if said and said[-1] else outcome.error
    yield Fact("finished", finished, f"exit codes {ends}" + ("" if finished else f": {last}"))
    states = [event["status"] for event in events if event["event"] == "request"]
    reached = any(status == 200 for status in states)  # noqa: PLR2004 - HTTP
    yield Fact("endpoint reached", reached, f"{len(states)} requests, HTTP {sorted(set(states))}")
    used = outcome.usage.input_tokens + outcome.usage.output_tokens
    kept = outcome.turns <= limits.turns and seconds <= limits.seconds + GRACE_S
    within = f"{outcome.turns} of {limits.turns} turns, {used:,} of {limits.tokens:,} tokens"
    yield Fact("limits kept", kept, f"{within}, {seconds:.0f} of {limits.seconds:.0f} s")


def _inside(events: list[Mapping[str, Any]], *, aside: bool) -> Fact:
    """Whether it wrote in its worktree alone, and there only what it may."""
    found = [event for event in events if event["event"] == "trespass"]
    names = sorted(
        {n for event in found for kind in ("protected", "dropped", "lost") for n in event[kind]}
    )
    seen = f"put back: {', '.join(names)}" if names else "nothing else was written"
    return Fact("worktree only", aside and not names, seen)


def _events(transcript: Path | None) -> list[Mapping[str, Any]]:
    if transcript is None or not transcript.is_file():
        raise GasTownError("the session left no transcript")
    return [loads(line) for line in transcript.read_text(encoding="utf-8").splitlines()]
