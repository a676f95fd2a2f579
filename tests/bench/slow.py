"""A process whose sessions are slow and well, for the soak of `tests.bench.health`.

`python -m tests.bench.slow TOWN URL KIND SECONDS LULL` works until the time is up. Every lull, in
which nothing comes of it, is LULL seconds long: a model that thinks and then streams a token now
and then, a command that says nothing, a lock that another holds, our own code that computes.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from blocks.provider import open_model
from gastown.agents.jail.process import run_process
from gastown.agents.loop import NativeRuntime
from gastown.agents.protocols import Job, Limits
from gastown.agents.tools import WorktreeTools
from gastown.health.heart import Heart
from gastown.health.pulse import Pulse, pulse_file
from gastown.machine.holder import holder
from gastown.rehearsal.turn import Call, Turn
from gastown.rigs.lock import file_lock
from gastown.signs import during
from gastown.town.layout import TownLayout
from gastown.town.tables.models import ModelTable

KINDS = ("thinks", "streams", "tools", "waits", "waits", "computes")
BEAT_S = 1.0
TURNS = {
    "thinks": (Turn("", (Call("submit", {"summary": "Thought it over."}),)),),
    "streams": (Turn("word " * 40, (Call("submit", {"summary": "Said it slowly."}),)),),
    "tools": (
        Turn("", (Call("run_tests", {}),)),
        Turn("", (Call("submit", {"summary": "Ran it."}),)),
    ),
}


def main(town: str, url: str, kind: str, seconds: str, lull: str) -> None:
    """Work in sessions, one after the other."""
    root, end = Path(town), time.monotonic() + float(seconds)
    attempt = 0
    while time.monotonic() < end:
        attempt += 1
        with heart(TownLayout(root), f"{kind}-{os.getpid()}", attempt):
            WORK.get(kind, asks)(root, url, kind, float(lull))


def heart(layout: TownLayout, step: str, attempt: int) -> Heart:
    """A session's, of this process."""
    now, clock = time.time(), time.monotonic()
    pulse = Pulse(
        session=f"{step}/{attempt}",
        step=step,
        attempt=attempt,
        role="polecat",
        holder=holder(),
        since=now,
        changed=now,
        beat=now,
        changed_clock=clock,
        beat_clock=clock,
        beat_s=BEAT_S,
    )
    return Heart(pulse_file(layout, step, attempt), pulse)


def asks(root: Path, url: str, kind: str, lull_s: float) -> None:
    """A session of the loop over a rehearsed model, with a command of the lull's length."""
    worktree = root / f"work-{os.getpid()}"
    worktree.mkdir(exist_ok=True)

    def run() -> str:
        argv = ["sleep", f"{lull_s}"]
        env = {"PATH": os.environ["PATH"]}
        return run_process(argv, cwd=worktree, env=env, timeout_s=lull_s * 2, log=None).output

    row = ModelTable(endpoint=url, where="local", stall_s=lull_s * 4)
    job = Job(
        role="polecat",
        system="You are slow.",
        task="Take your time.",
        limits=Limits(),
        environment=WorktreeTools(worktree, verbs={"run_tests": run}),
        session={"role": "polecat", "bead": kind, "round": "1"},
    )
    outcome = NativeRuntime(open_model("rehearsal", row)).run(job)
    if outcome.status != "done":
        raise SystemExit(f"{kind}: {outcome.status}: {outcome.error}")


def waits(root: Path, url: str, kind: str, lull_s: float) -> None:
    """Wait for a lock, then hold it, with a command, for as long as the other one waits."""
    del url, kind
    env = {"PATH": os.environ["PATH"]}
    with file_lock(root / "queue.lock"):
        run_process(["sleep", f"{lull_s}"], cwd=root, env=env, timeout_s=lull_s * 2, log=None)


def computes(root: Path, url: str, kind: str, lull_s: float) -> None:
    """Count, in our own code."""
    del root, url, kind
    os.nice(19 - os.nice(0))
    end = time.monotonic() + lull_s
    with during("tool", "scan"):
        while time.monotonic() < end:
            sum(range(1000))


WORK: dict[str, Callable[[Path, str, str, float], None]] = {"waits": waits, "computes": computes}

if __name__ == "__main__":
    main(*sys.argv[1:])
