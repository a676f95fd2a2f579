"""Health: what a pulse costs a session, how soon a death is seen, and false alarms in a soak.

The soak's ages are scaled: a session is stale after 5 s and stuck after 10, and every lull in it is
15 s long. So each of its lulls would be an alarm if silence alone were judged.
"""

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from deployments.lookout import LOOK_S, Lookout
from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Job, Limits
from gastown.founding.install import install
from gastown.health.pulse import pulse_file, read_pulses
from gastown.health.sight import Watcher
from gastown.rehearsal.pace import Pace
from gastown.rehearsal.script import Script
from gastown.rehearsal.server import RehearsalServer
from gastown.signs import during, streamed
from gastown.testing import ScriptedModel, say
from gastown.town.layout import TownLayout
from gastown.town.tables.health import HealthTable
from tests.bench.slow import BEAT_S, KINDS, TURNS, heart
from tests.bench.table import Row, against

SECONDS = 45.0
TABLE = HealthTable(beat_s=BEAT_S, stale_s=5, stuck_s=10)
LULL_S = 15.0
SESSIONS = 30
DEATHS = 8
SIGNS = 50_000
_LOOK_S = 0.25

Work = Callable[[], object]


def rows(seconds: float = SECONDS) -> list[Row]:
    """Costs, then deaths, then a soak of so many seconds."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "oak")
        install(root, "oak")
        layout = TownLayout(root)
        return [*costs(layout), *deaths(layout), *soak(layout, seconds)]


def costs(layout: TownLayout) -> list[Row]:
    """Of a token, of a change of state, of a whole session, of sessions that only beat."""
    with heart(layout, "cost", 1):
        token, change = each(streamed), each(_change)
    bare_token, bare_change = each(streamed), each(_change)
    pairs = [(computed(lambda: _noted(layout)), computed(_session)) for _ in range(15)]
    noted, plain = (min(column) for column in zip(*pairs, strict=True))
    return [
        against("a sign of a token; rival: nobody listens", token, bare_token, unit="µs"),
        against("a change of state; rival: nobody listens", change, bare_change, unit="µs"),
        against(
            "CPU of a session of 200 turns; rival: without a pulse", noted, plain, target="≤ 1.05"
        ),
        beating(layout),
        looking(layout),
    ]


def _change() -> None:
    with during("tool", "ls"):
        pass


def _noted(layout: TownLayout) -> None:
    with heart(layout, "session", 1):
        _session()


def _session() -> None:
    """Of a model that answers at once, 200 times, with nothing that is accepted."""
    model = ScriptedModel([say("No.") for _ in range(200)])
    limits = Limits(turns=200, bad_answers=1000, tokens=10**9, micro_usd=10**9)
    NativeRuntime(model).run(Job("polecat", "You are brief.", "Say no.", limits))


def beating(layout: TownLayout) -> Row:
    """The share of a core that sessions take which do nothing."""
    with ExitStack() as stack:
        for number in range(SESSIONS):
            stack.enter_context(heart(layout, f"idle-{number}", 1))
        begin, wall = time.process_time(), time.monotonic()
        time.sleep(5)
        share = (time.process_time() - begin) / (time.monotonic() - wall) * 100
    return Row(f"{SESSIONS} sessions that only beat, each second: of a core", share, unit="%")


def looking(layout: TownLayout) -> Row:
    """One look at all of them."""
    with ExitStack() as stack:
        for number in range(SESSIONS):
            stack.enter_context(heart(layout, f"idle-{number}", 1))
        took = statistics.median(timed(lambda: verdicts(layout)) for _ in range(9))
    return Row(f"a look at {SESSIONS} sessions", took)


def verdicts(layout: TownLayout) -> list[tuple[str, str]]:
    """Kind and reason of each session."""
    judged = (Watcher().judge(pulse, TABLE) for pulse in read_pulses(layout))
    return [(one.kind, f"{one.session}: {one.reason}") for one in judged]


def deaths(layout: TownLayout) -> list[Row]:
    """Processes that are killed at any time, seen by a lookout that looks as the worker's does."""
    with slow_ones(layout, "", ["computes"] * DEATHS, 600.0) as processes:
        settle(layout, DEATHS)
        with looked(layout) as calls:
            longest = max(_death(layout, process, calls) for process in processes)
    beat_s = HealthTable().beat_s
    return [
        Row(f"{DEATHS} kills -9: longest until a Witness was called", longest, unit="s"),
        Row("the same in heartbeats", longest / beat_s, unit="beats", target="≤ 2"),
        elsewhere(layout),
    ]


@contextmanager
def looked(layout: TownLayout) -> Generator[list[float]]:
    """Look every few seconds; when somebody was called."""
    calls, done = list[float](), threading.Event()
    lookout = Lookout(layout, lambda *_: calls.append(time.monotonic()))

    def look() -> None:
        while not done.wait(LOOK_S):
            lookout.look()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield calls
    finally:
        done.set()
        thread.join()


def _death(layout: TownLayout, process: "subprocess.Popen[bytes]", calls: list[float]) -> float:
    """Seconds from a kill at any time until somebody was called; then it is buried."""
    time.sleep(random.uniform(0, LOOK_S))
    before = len(calls)
    process.kill()
    process.wait()
    begin = time.monotonic()
    while len(calls) == before:
        time.sleep(0.01)
    for pulse in read_pulses(layout):
        if pulse.gone:
            pulse_file(layout, pulse.step, pulse.attempt).unlink()
    return calls[-1] - begin


def elsewhere(layout: TownLayout) -> Row:
    """A session on another host, whose beats end."""
    with heart(layout, "far", 1):
        (near,) = read_pulses(layout)
    far = near.model_copy(update={"holder": f"elsewhere:{os.getpid()}:1.0"})
    begin = far.beat
    while Watcher().judge(far, TABLE).kind != "dead":
        time.sleep(0.01)
    beats = (time.time() - begin) / far.beat_s
    return Row("another host: beats without a sign until it is dead", beats, unit="", target="2")


def soak(layout: TownLayout, seconds: float) -> list[Row]:
    """Slow sessions of every kind, looked at all the time; what was said of them."""
    said: Counter[str] = Counter()
    alarms = set[str]()
    script = Script({("polecat", kind, 1): turns for kind, turns in TURNS.items()})
    pace = Pace(tokens_per_s=4.0, first_token_s=LULL_S)
    with (
        RehearsalServer(script, pace=pace) as server,
        slow_ones(layout, server.url, KINDS, seconds) as processes,
    ):
        settle(layout, len(KINDS))
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for kind, reason in verdicts(layout):
                said[kind] += 1
                if kind in {"stuck", "dead"} and reason not in alarms:
                    alarms.add(reason)
                    sys.stderr.write(f"{kind}: {reason}\n")
            time.sleep(_LOOK_S)
        failed = sum(process.poll() not in {None, 0} for process in processes)
    calm = sum(said[kind] for kind in ("working", "thinking", "waiting"))
    name = f"soak of {seconds:.0f} s, {len(KINDS)} slow processes, lulls {LULL_S / TABLE.stuck_s:g}"
    return [
        Row(f"{name} times what is stuck: looks", calm, unit="", target="> 0"),
        Row("false alarms", len(alarms), unit="", target="0"),
        Row("sessions that failed", failed, unit="", target="0"),
        *(Row(f"said {kind}", said[kind], unit="") for kind in ("working", "thinking", "waiting")),
    ]


@contextmanager
def slow_ones(
    layout: TownLayout, url: str, kinds: Sequence[str], seconds: float
) -> Generator[list["subprocess.Popen[bytes]"]]:
    """Processes with slow sessions; they are gone after the block, and so are their pulses."""
    argv = [sys.executable, "-m", "tests.bench.slow", str(layout.root), url]
    lull = f"{LULL_S if url else 3600.0}"
    environ = {**os.environ, "PYTHONWARNINGS": "ignore"}
    processes = [
        subprocess.Popen([*argv, kind, f"{seconds}", lull], env=environ, start_new_session=True)
        for kind in kinds
    ]
    try:
        yield processes
    finally:
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for pulse in read_pulses(layout):
            pulse_file(layout, pulse.step, pulse.attempt).unlink()


def settle(layout: TownLayout, count: int) -> None:
    """Wait until so many sessions are at work."""
    while len(read_pulses(layout)) < count:
        time.sleep(0.05)


def each(work: Work) -> float:
    """Microseconds of one, of many; the best of some rounds."""
    best = min(timed(lambda: [work() for _ in range(SIGNS)]) for _ in range(3))
    return best * 1000 / SIGNS


def computed(work: Work) -> float:
    """Milliseconds that this process computes for it, whatever else the machine does."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000


def timed(work: Work) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000
