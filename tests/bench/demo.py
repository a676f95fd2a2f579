"""Demo: how long a convoy takes, and how much of that is neither model, git, tests nor scan.

The demo runs as a person runs it, rehearsed at 100 tokens a second. Each stage keeps its intervals
in `spans.json`; what no interval of any stage covers is the engine's and ours. Two stages at once
can hide each other's overhead, so the stages' own share is given too, each on its own.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gastown.spans import Span, covered
from gastown.town.layout import TownLayout
from gastown.town.town import Town
from tests.bench.table import Row

PACE = 100
WORK = ("model", "tests", "git", "scan", "build")
LAUNCHED = "in Prefect's UI"


@dataclass(frozen=True, slots=True)
class Session:
    """One attempt at a stage, and the intervals in which somebody else worked for it."""

    start: float
    end: float
    work: list[Span]


@dataclass(frozen=True, slots=True)
class Told:
    """When the demo began, launched its convoy and ended; seconds since the epoch."""

    began: float
    launched: float
    ended: float


def rows() -> list[Row]:
    """One demo; a run takes too long for a best of several."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "demo"
        told = run(root)
        layout = TownLayout(root / "town")
        sessions = read(layout)
        return [
            Row("demo, all of it", told.ended - told.began, unit="s", target="< 90 s"),
            *overhead(sessions, told, landed_at(layout)),
            *kinds(sessions),
        ]


def run(folder: Path) -> Told:
    """The demo in a process of its own. Raises RuntimeError when its convoy does not land."""
    town = str(Path(sys.executable).with_name("town"))
    argv = [town, "demo", "--pace", str(PACE), "--folder", str(folder)]
    began, launched, said = time.time(), 0.0, list[str]()
    pipe = subprocess.PIPE
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=pipe, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line)
            launched = launched or time.time() * line.startswith(LAUNCHED)
    if process.returncode:
        raise RuntimeError(f"the demo ended with {process.returncode}:\n{''.join(said)}")
    return Told(began, launched, time.time())


def read(layout: TownLayout) -> list[Session]:
    """Each attempt at each stage."""
    return [session(path) for path in (layout.state / "sessions").glob("*/*/spans.json")]


def session(path: Path) -> Session:
    """One attempt, from what it kept."""
    spans = json.loads(path.read_text("utf-8"))
    (stage,) = [(start, end) for kind, start, end in spans if kind == "stage"]
    return Session(*stage, [Span(*span) for span in spans if span[0] in WORK])


def landed_at(layout: TownLayout) -> float:
    """When the convoy's bead was closed."""
    (convoy,) = Town.open(layout.root).ledger.find(issue_type="convoy")
    assert convoy.closed_at is not None
    return convoy.closed_at.timestamp()


def overhead(sessions: Sequence[Session], told: Told, landed: float) -> list[Row]:
    """What is left over, in percent, of ever longer stretches of time."""
    alone = sum(covered(one.work) for one in sessions)
    stages = sum(one.end - one.start for one in sessions)
    together = covered([span for one in sessions for span in one.work])
    first, last = min(one.start for one in sessions), max(one.end for one in sessions)
    aim = "≤ 35 %"
    return [
        left("overhead within the stages, each alone", alone, stages),
        left("overhead from first stage to last", together, last - first, aim),
        left("overhead from launch to landing", together, landed - told.launched, aim),
        left("overhead of all of the demo", together, told.ended - told.began),
    ]


def left(name: str, seconds: float, whole: float, target: str = "") -> Row:
    """What `seconds` leave of `whole`."""
    return Row(name, 100 * (1 - seconds / whole), unit="%", target=target)


def kinds(sessions: Sequence[Session]) -> list[Row]:
    """Seconds of each kind of work, all stages added up."""
    total: dict[str, float] = defaultdict(float)
    for span in (span for one in sessions for span in one.work):
        total[span.kind] += span.end - span.start
    return [Row(f"in {kind}, all stages", total[kind], unit="s") for kind in WORK]
