"""`python -m blocks.keeper TOWN MODEL`: looks after one model's server, from its start to its end.

It outlives the command that started it, as the town's worker does, and carries the town's mark. Its
server dies with it, whatever it dies of. SIGTERM drains the server and ends both; a second one does
not wait. It ends by itself when its server is idle for long enough, or when its town is gone.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import psutil

from blocks.llama import Llama, Slots
from gastown.errors import ConfigError, GasTownError, RunnerError
from gastown.machine.admission.here import open_ledger
from gastown.machine.capacity import Capacity
from gastown.machine.host import this_host
from gastown.machine.machine import make_machine
from gastown.machine.probe import probe
from gastown.runner.admit import pressure
from gastown.runner.course import Seen, Step, judge
from gastown.runner.folder import RunnerFolder
from gastown.runner.plan import Plan
from gastown.runner.planned import planned
from gastown.runner.record import Served, State, loaded, read_served, write_served
from gastown.runner.residency import Residency
from gastown.runner.start import HOST, choose_port, new_key, start
from gastown.town.config import load_config
from gastown.town.layout import TownLayout

LOOK_S = 2.0  # a server that is asked more often does not notice that a client left
_STARTING_LOOK_S = 0.1
_STOP_S = 8.0  # from SIGTERM to SIGKILL
_WARM_S = 60.0
_GONE = 3  # looks in a row without town.toml


class Stopping(Exception):  # noqa: N818 - control flow: somebody wants the server to end
    """Raised where the keeper waits, once SIGTERM was heard."""


@dataclass(slots=True)
class Keeper:
    """One server's life. Everything it knows is on record after each look."""

    layout: TownLayout
    plan: Plan
    log: BinaryIO
    residency: Residency
    token: int = 0
    began: float = field(default_factory=time.time)
    state: State = "starting"
    reason: str = ""
    port: int = 0
    key: str = ""
    failures: int = 0
    restarts: int = 0
    mute: int = 0
    gone: int = 0
    up_since: float | None = None
    ever_up: bool = False
    used_at: float = 0.0
    slots: Slots = field(default_factory=lambda: Slots(0, 0, ()))
    heard: list[int] = field(default_factory=list[int])
    server: "subprocess.Popen[bytes] | None" = None

    @property
    def folder(self) -> RunnerFolder:
        """Where its records lie."""
        return RunnerFolder(self.layout)

    def run(self) -> int:
        """Serve until it is over; 1 when the server cannot be had."""
        signal.signal(signal.SIGTERM, self.hear)
        signal.signal(signal.SIGINT, self.hear)
        try:
            self.residency.take_over(self.token)
            return self._live()
        except Stopping:
            self._drain()
            return 0
        except GasTownError as error:
            self._note("failed", str(error))
            return 1
        finally:
            self._end_server()
            self.residency.release()
            self._clean_up()

    def hear(self, number: int, _frame: object = None) -> None:
        """Note a signal; who waits looks."""
        self.heard.append(number)

    def _live(self) -> int:
        self._start()
        while True:
            step = self._look()
            match step.action:
                case "wait":
                    self._sleep(LOOK_S if self.up_since else _STARTING_LOOK_S)
                case "restart":
                    self._again(step)
                case "unload":
                    if self._unload(step):
                        return 0
                case "give_up":
                    raise RunnerError(f"{step.reason}; its log ends with:\n{self._tail()}")

    def _start(self) -> None:
        self._note("starting")
        name, table = self.plan.name, self.plan.table
        self.port = self._port(table.port)
        key_file = self.folder.key(name, os.getpid())
        self.key = self.key or new_key(key_file)
        argv = self.plan.argv(self.port, key_file)
        self.server = start(argv, self._environ(), self.plan.owned.cpus, self.log)
        self._note("starting")
        self._come_up(time.monotonic() + table.start_s)

    def _port(self, wanted: int) -> int:
        """The same again after a crash, if it is free: sessions ask there until it is up."""
        key = f"town.toml: models.{self.plan.name}.local.port"
        with suppress(ConfigError):
            return choose_port(key, wanted or self.port)
        return choose_port(key, wanted)

    def _come_up(self, end: float) -> None:
        """Wait until it answers as it should, or is dead."""
        server, llama = self._living(), self._llama()
        while not llama.well():
            if server.poll() is not None:
                return
            if time.monotonic() >= end:
                self._end_server()
                return
            self._sleep(_STARTING_LOOK_S)
        room = llama.context(self.plan.name)
        if room < self.plan.load.ctx:
            raise RunnerError(f"a slot has {room} tokens, {self.plan.load.ctx} are wanted")
        if self.plan.table.warm_up:
            self.residency.keep(early=True)
            self._llama(_WARM_S).warm_up()
        self.up_since = self.used_at = time.time()
        self.ever_up = True
        self.residency.in_use()
        self.slots = llama.slots()
        self._note("ready")

    def _look(self) -> Step:
        if self._town_is_gone():
            raise Stopping
        now, alive = time.time(), self._living().poll() is None
        answers = alive and self._answers()
        self.mute = 0 if answers or not alive else self.mute + 1
        seen = Seen(
            now,
            alive=alive,
            answers=answers,
            mute=self.mute,
            used_at=self.used_at,
            wanted=bool(self.slots.busy) or self._wanted(),
            up_since=self.up_since,
            ever_up=self.ever_up,
            failures=self.failures,
            pressed=self._pressed() if alive and not self.slots.busy else "",
        )
        if answers:
            self._note("ready")
        return judge(seen, self.plan.table)

    def _answers(self) -> bool:
        """Whether it is well; who works is noted by the way."""
        if not self._llama().well():
            return False
        try:
            slots = self._llama().slots()
        except RunnerError:  # it reads a long prompt, and says so later
            return True
        if slots.busy or slots.mark != self.slots.mark:
            self.used_at = time.time()
        self.slots = slots
        return True

    def _wanted(self) -> bool:
        """Whether a session holds it."""
        with self._alone() as alone:
            if not alone:
                self.used_at = time.time()
            return not alone

    @contextmanager
    def _alone(self) -> Generator[bool]:
        """Keep sessions away for a moment, if none is there."""
        lock = self.folder.lock(f"{self.plan.name}.use", wait_s=0)
        try:
            lock.__enter__()
        except RunnerError:
            yield False
            return
        except FileNotFoundError:  # the town is gone, and so is who might hold it
            yield True
            return
        try:
            yield True
        finally:
            lock.__exit__(None, None, None)

    def _pressed(self) -> str:
        machine = self.residency.machine()
        ours = sum((one.residency for one in loaded(self.folder)), Capacity())
        return pressure(ours, machine)

    def _again(self, step: Step) -> None:
        self._end_server()
        self.failures = step.failures
        self.restarts += 1
        self.mute, self.slots = 0, Slots(0, 0, ())
        self._note("waiting", f"{step.reason}; started again in {step.pause_s:g} s")
        self._sleep(step.pause_s)
        self._start()

    def _unload(self, step: Step) -> bool:
        """End it, unless a session took it up meanwhile."""
        with self._alone() as alone:
            if alone:
                self._note("draining", step.reason)
                self._end_server()
                self._clean_up()
            return alone

    def _clean_up(self) -> None:
        """Leave nothing of ours behind but why it failed; another keeper may have taken over."""
        name = self.plan.name
        self.folder.key(name, os.getpid()).unlink(missing_ok=True)
        standing = read_served(self.folder, name)
        if standing and standing.keeper == os.getpid() and self.state != "failed":
            self.folder.record(name).unlink(missing_ok=True)

    def _drain(self) -> None:
        """No new session comes; those at work finish, within limits."""
        self._note("draining", "asked to end")
        end = time.monotonic() + self.plan.table.drain_s
        while time.monotonic() < end and len(self.heard) < 2:  # noqa: PLR2004 - asked twice
            if not self._wanted() and not self._busy():
                return
            with suppress(GasTownError):  # whoever took its room meanwhile has it soon
                self.residency.keep()
            time.sleep(_STARTING_LOOK_S)

    def _busy(self) -> bool:
        if self.server is None or self.server.poll() is not None:
            return False
        try:
            return bool(self._llama().slots().busy)
        except RunnerError:
            return self.up_since is not None

    def _end_server(self) -> None:
        server, self.server = self.server, None
        self.up_since = None
        if server is None or server.poll() is not None:
            return
        server.terminate()
        try:
            server.wait(_STOP_S if len(self.heard) < 2 else 0.5)  # noqa: PLR2004 - asked twice
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()

    def _town_is_gone(self) -> bool:
        """Whether town.toml was missing for some looks; an editor may take it away for a moment."""
        self.gone = 0 if self.layout.config.exists() else self.gone + 1
        return self.gone >= _GONE

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self.heard and (left := end - time.monotonic()) > 0:
            self.residency.keep()
            time.sleep(min(left, _STARTING_LOOK_S))
        if self.heard:
            raise Stopping

    def _note(self, state: State, reason: str = "") -> None:
        self.state, self.reason = state, reason
        with suppress(OSError):  # a town that was deleted is not made again
            write_served(self.folder, self._served())

    def _served(self) -> Served:
        me, plan = psutil.Process(), self.plan
        return Served(
            name=plan.name,
            state=self.state,
            keeper=me.pid,
            keeper_started=me.create_time(),
            runner=plan.build.kind,
            file=str(plan.file),
            context=plan.load.ctx,
            slots=plan.load.slots,
            kv=f"{plan.load.keys}/{plan.load.values}",
            cpus=plan.owned.cpus,
            vram_mib=plan.residency.vram_mib,
            ram_mib=plan.residency.ram_mib,
            since=self.began,
            drain_s=plan.table.drain_s,
            pid=self.server.pid if self.server else 0,
            port=self.port if self.server else 0,
            busy=self.slots.busy,
            restarts=self.restarts,
            used_at=self.used_at,
            reason=self.reason,
        )

    def _living(self) -> "subprocess.Popen[bytes]":
        if self.server is None:
            raise RunnerError("it was not started")
        return self.server

    def _llama(self, patience_s: float = 5.0) -> Llama:
        return Llama(f"http://{HOST}:{self.port}", self.key, patience_s=patience_s)

    def _environ(self) -> Mapping[str, str]:
        added = self.plan.build.environ
        paths = [added.get("PYTHONPATH", ""), os.environ.get("PYTHONPATH", "")]
        modules = {"PYTHONPATH": ":".join(filter(None, paths))}
        return {**os.environ, **added, **modules, "OMP_WAIT_POLICY": "passive"}

    def _tail(self) -> str:
        said = self.folder.log(self.plan.name).read_text(encoding="utf-8", errors="replace")
        return "\n".join(said.splitlines()[-8:])


def main(arguments: Sequence[str] | None = None) -> int:
    """Look after one model of one town."""
    parser = argparse.ArgumentParser(prog="keeper", description=__doc__)
    parser.add_argument("town", type=Path)
    parser.add_argument("model")
    parser.add_argument("--cpus", required=True, help="the CPUs that it was given")
    parser.add_argument("--lease", type=int, default=0, help="what was claimed for it")
    asked = parser.parse_args(arguments)
    layout = TownLayout(asked.town)
    cpus = tuple(int(cpu) for cpu in asked.cpus.split(","))
    config = load_config(layout.config)
    plan = planned(layout, config, asked.model, cpus=cpus).plan
    with (
        RunnerFolder(layout).log(asked.model).open("ab") as log,
        closing(open_ledger(layout, config.machine)) as ledger,
    ):
        residency = Residency(
            plan, str(layout.root), ledger, lambda: make_machine(config.machine, probe(this_host()))
        )
        return Keeper(layout, plan, log, residency, asked.lease).run()


if __name__ == "__main__":
    sys.exit(main())
