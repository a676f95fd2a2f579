"""up: start what a town needs, repair what died, and say so; a second call finds all well.

The order is what makes it quick and right: the server migrates its database while Prefect is
imported here and in the worker; stalled runs are judged while no worker runs, so that none is
mistaken for a living one; the worker is let go last.
"""

import asyncio
import socket
import subprocess
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TypeVar

import psutil

from deployments.alone import alone
from deployments.cloud_worker import cloud_record, start_cloud_worker
from deployments.definitions import DEFAULT, Definitions, load_definitions
from deployments.limits import keep_limits
from deployments.registered import is_likely, keep, made_of, still_there
from deployments.server import choose_url, launch_server, server_url, wait_healthy
from deployments.spawn import let_go
from deployments.worker import prepare_worker
from gastown.errors import GasTownError
from gastown.gates.record import open_gates
from gastown.hooks.hook import unlaunched
from gastown.hooks.sling import free_left_over
from gastown.town.engine import ui_url
from gastown.town.processes import end, living, read_record
from gastown.town.stop import Stop
from gastown.town.town import Town

T = TypeVar("T")
Tell = Callable[[str], None]

_LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Up:
    """What `up` found and did. `resumed` are runs whose process had died."""

    url: str
    ui: str
    started: tuple[str, ...] = ()
    deployments: tuple[str, ...] = ()
    resumed: tuple[str, ...] = ()
    seconds: float = 0.0


def up(town: Town, tell: Tell, definitions: Path = DEFAULT, *, stop: Stop | None = None) -> Up:
    """Bring the town's server, deployments and worker up; twice is once.

    A town that is up already is told what is new in town.toml and among its formulas.

    Args:
        town: Which town.
        tell: Hears of the progress, one line at a time.
        definitions: The prefect.yaml to apply.
        stop: Asked all the time; what was started is ended again if nobody wants it any more.

    Raises:
        StoppedError: It was stopped.
        GasTownError: The server or the worker did not start; what was started is ended again.
        ConfigError: prefect.yaml says something wrong; nothing was started.
    """
    wanted, stop = load_definitions(definitions), stop or Stop()
    with alone(town.layout, tell, stop.sleep):
        url = town.config.server.api_url or server_url(town.layout)
        with _starting(stop) as started:
            return _Start(town, tell, wanted, stop, started).run(url)


def missing_workers(town: Town) -> list[str]:
    """Which of the workers that this machine is to run do not live."""
    wanted = {"worker": town.layout.worker_record}
    if town.config.burst.enabled and town.config.burst.worker == "here":
        wanted["cloud worker"] = cloud_record(town.layout)
    return [name for name, record in wanted.items() if living(read_record(record)) is None]


@dataclass(slots=True)
class _Start:
    town: Town
    tell: Tell
    wanted: Definitions
    stop: Stop
    started: "dict[str, subprocess.Popen[bytes]]"
    begin: float = field(default_factory=time.monotonic)
    made: str = ""

    def run(self, url: str | None) -> Up:
        """Start what is missing, in an order that wastes no second."""
        if url is None:
            self._end_stuck_server()
            url = choose_url(self.town.layout, self.town.config.server.port)
            self.tell(f"server: starting at {ui_url(url)}")
            with self.stop.starting():
                self.started["server"] = launch_server(self.town.layout, url)
        if living(read_record(self.town.layout.worker_record)) is None:
            with self.stop.starting():
                worker = prepare_worker(self.town.layout, url, self._worker_name)
                self.started["worker"] = worker
        self.made = made_of(self.town, self.wanted)
        imported = self._import(*self._needed())
        if "server" in self.started:
            server = self.started["server"]
            wait_healthy(self.town.layout, server, url, self.tell, self.stop)
        while not imported.is_set():
            self.stop.sleep(_LOOK_S)
        return self._settle(url)

    def _settle(self, url: str) -> Up:
        standing = not self.started and not missing_workers(self.town)
        names = still_there(self.town, url, self.made)
        self.tell(f"already up: {ui_url(url)}" if standing else "server: healthy")
        names = names or self._register(url)
        _keep_limits(self.town, url, self.tell)
        resumed = self._start_worker(url) if "worker" in self.started else ()
        self._start_cloud_worker(url)
        self._catch_up(url)
        seconds = time.monotonic() - self.begin
        return Up(url, ui_url(url), tuple(self.started), names, resumed, seconds)

    # Prefect, and the flows, are imported late: they cost seconds, which the server's start covers,
    # and where all is well nobody needs them.

    def _needed(self) -> Iterator[str]:
        """What will have to be imported, as far as it can be said now."""
        likely = is_likely(self.town, self.made)
        if self.started or not likely:
            yield "deployments.settle"
        if not likely:
            yield "deployments.overdue"

    def _register(self, url: str) -> tuple[str, ...]:
        from deployments.settle import settle  # noqa: PLC0415

        self.tell("deploying")
        deployed = self._await(settle(self.town, url, self.wanted))
        keep(self.town, url, self.made, deployed)
        return tuple(deployed)

    def _start_worker(self, url: str) -> tuple[str, ...]:
        """Judge the runs, then let the worker go. Names of runs that are carried out again."""
        from deployments.settle import judge_runs, let_worker_go  # noqa: PLC0415

        verdicts = self._await(judge_runs(self.town, url))
        for verdict in verdicts:
            self.tell(f"run {verdict.name}: {verdict.action}, {verdict.reason}")
        self.tell(f"worker: starting as {self._worker_name}")
        worker = self.started["worker"]
        self._await(let_worker_go(self.town, url, self._worker_name, worker))
        return tuple(verdict.name for verdict in verdicts if verdict.action == "again")

    def _catch_up(self, url: str) -> None:
        free_left_over(self.town)
        gates, hooked = open_gates(self.town.ledger), unlaunched(self.town.ledger)
        if not gates and not hooked:
            return
        from deployments.overdue import look_at_gates, propel_hooked  # noqa: PLC0415

        look_at_gates(self.town, url)
        for pushed in propel_hooked(self.town, url):
            self.tell(f"hook: {pushed.convoy} {pushed.run or f'was not launched: {pushed.why}'}")

    def _start_cloud_worker(self, url: str) -> None:
        """Nobody waits for it: a convoy that bursts before it is there gives it time."""
        if "cloud worker" not in missing_workers(self.town):
            return
        table, name = self.town.config.burst, f"{self._worker_name} ({self.town.config.burst.pool})"
        self.tell(f"cloud worker: starting as {name}")
        with self.stop.starting():
            self.started["cloud worker"] = start_cloud_worker(self.town.layout, table, url, name)

    def _await(self, work: Awaitable[T]) -> T:
        """Do it, but leave it as soon as nobody wants it any more."""

        async def attend() -> T:
            task = asyncio.ensure_future(work)
            while not task.done():
                self.stop.check()  # asyncio.run cancels what is left
                await asyncio.wait({task}, timeout=_LOOK_S)
            return task.result()

        return asyncio.run(attend())

    @staticmethod
    def _import(*modules: str) -> threading.Event:
        """Import beside: seconds that nobody who stops waits for. An error comes again later."""
        done = threading.Event()

        def load() -> None:
            with suppress(Exception):
                for module in modules:
                    import_module(module)
            done.set()

        threading.Thread(target=load, daemon=True).start()
        return done

    def _end_stuck_server(self) -> None:
        stuck = living(read_record(self.town.layout.server_record))
        if stuck:
            self.tell("server: runs but does not answer; ending it")
            end([stuck], grace_s=3)

    @property
    def _worker_name(self) -> str:
        return f"{self.town.config.town.name}@{socket.gethostname()}"


def _keep_limits(town: Town, url: str, tell: Tell) -> None:
    """Put the PC's limits in step; without them the town works too, only nobody sees them."""
    try:
        kept = keep_limits(town, url)
    except GasTownError as error:
        tell(f"limits: not published: {error}")
        return
    said = [f"{name} {limit:,}" for name, limit in kept.changed.items()]
    said += [f"{name} gone" for name in kept.dropped]
    if said:
        tell(f"limits: {', '.join(said)}")


@contextmanager
def _starting(stop: Stop) -> "Generator[dict[str, subprocess.Popen[bytes]]]":
    """Processes put in here stay if the block ends well, and are ended if it does not."""
    started: dict[str, subprocess.Popen[bytes]] = {}
    try:
        yield started
    except BaseException:
        living_ones = [psutil.Process(p.pid) for p in started.values() if p.poll() is None]
        end(living_ones, grace_s=3, hurry=stop.hurry)
        raise
    finally:
        for process in started.values():
            let_go(process)
