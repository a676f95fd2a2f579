"""`python -m blocks.keeper TOWN MODEL`: looks after one model's server, from its start to its end.

It outlives the command that started it, as the town's worker does, and carries the town's mark. Its
server dies with it, whatever it dies of. SIGTERM drains the server and ends both; a second one does
not wait. SIGUSR1 says that a session waits for its memory: it goes if nobody uses the server. It
ends by itself when its server is idle for long enough, or when its town is gone.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from blocks.model_server import ModelServer
from blocks.workshop import Made, Workshop
from gastown.errors import GasTownError, RunnerError
from gastown.machine.admission.here import open_ledger
from gastown.machine.capacity import Capacity
from gastown.runner.admit import pressure
from gastown.runner.course import Seen, Step, judge
from gastown.runner.folder import RunnerFolder
from gastown.runner.plan import Plan
from gastown.runner.record import Served, State, loaded, read_served, write_served
from gastown.runner.residency import Residency
from gastown.runner.settings import RowWatch, settings_of
from gastown.town.config import load_config
from gastown.town.layout import TownLayout

LOOK_S = 2.0  # a server that is asked more often does not notice that a client left
_STARTING_LOOK_S = 0.1
_GONE = 3  # looks in a row without town.toml


class Stopping(Exception):  # noqa: N818 - control flow: somebody wants the server to end
    """Raised where the keeper waits, once SIGTERM was heard."""


@dataclass(slots=True)
class Keeper:
    """One server's life. Everything it knows is on record after each look."""

    layout: TownLayout
    server: ModelServer
    residency: Residency
    row: RowWatch
    renew: Callable[[], Made]
    token: int = 0
    began: float = field(default_factory=time.time)
    state: State = "starting"
    reason: str = ""
    failures: int = 0
    restarts: int = 0
    mute: int = 0
    gone: int = 0
    up_since: float | None = None
    ever_up: bool = False
    used_at: float = 0.0
    heard: list[int] = field(default_factory=list[int])
    in_the_way: bool = False
    refused: str = ""

    @property
    def folder(self) -> RunnerFolder:
        """Where its records lie."""
        return self.server.folder

    @property
    def plan(self) -> Plan:
        """What is served."""
        return self.server.plan

    def run(self) -> int:
        """Serve until it is over; 1 when the server cannot be had."""
        signal.signal(signal.SIGTERM, self.hear)
        signal.signal(signal.SIGINT, self.hear)
        signal.signal(signal.SIGUSR1, self.hear_who_waits)
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

    def hear_who_waits(self, _number: int, _frame: object = None) -> None:
        """Note that a session waits for the memory; the next look is now."""
        self.in_the_way = True

    def _live(self) -> int:
        self._start()
        while True:
            step = self._look()
            match step.action:
                case "wait":
                    self._sleep(LOOK_S if self.up_since else _STARTING_LOOK_S)
                case "restart":
                    self._again(step)
                case "reload":
                    self._reload(step)
                case "unload":
                    if self._unload(step):
                        return 0
                case "give_up":
                    raise RunnerError(f"{step.reason}; its log ends with:\n{self.server.tail()}")

    def _start(self) -> None:
        self._note("starting")
        self.server.start()
        self._note("starting")
        self._come_up(time.monotonic() + self.plan.table.start_s)

    def _come_up(self, end: float) -> None:
        """Wait until it answers as it should, or is dead. Raises RunnerError when it takes long."""
        while not self.server.well:
            if not self.server.alive:
                return
            if time.monotonic() >= end:
                why = f"not up within {self.plan.table.start_s:g} s (start_s)"
                raise RunnerError(f"{why}; its log ends with:\n{self.server.tail()}")
            self._sleep(_STARTING_LOOK_S)
        self.residency.keep(early=True)
        self.server.prove()
        self.up_since = self.used_at = time.time()
        self.ever_up = True
        self.residency.in_use()
        self._note("ready")

    def _look(self) -> Step:
        if self._town_is_gone():
            raise Stopping
        asked, self.in_the_way = self.in_the_way, False
        now, alive = time.time(), self.server.alive
        answers = alive and self._answers()
        self.mute = 0 if answers or not alive else self.mute + 1
        seen = Seen(
            now,
            alive=alive,
            answers=answers,
            mute=self.mute,
            used_at=self.used_at,
            wanted=bool(self.server.slots.busy) or self._wanted() or self.residency.in_hand,
            up_since=self.up_since,
            ever_up=self.ever_up,
            failures=self.failures,
            pressed=self._pressed(asked=asked) if alive and not self.server.slots.busy else "",
            changed=self.row.look(),
            gone=not self.row.now,
        )
        if answers:
            self._note("ready", seen.changed or self.refused)
        return judge(seen, self.plan.table)

    def _answers(self) -> bool:
        """Whether it is well; who works is noted by the way."""
        if not self.server.well:
            return False
        with suppress(RunnerError):  # it reads a long prompt, and says so later
            if self.server.worked():
                self.used_at = time.time()
        return True

    def _wanted(self) -> bool:
        """Whether a session holds it."""
        with self.folder.alone(self.plan.name) as alone:
            if not alone:
                self.used_at = time.time()
            return not alone

    def _pressed(self, *, asked: bool) -> str:
        if asked:
            return "a session waits for its memory"
        machine = self.residency.machine()
        ours = sum((one.residency for one in loaded(self.folder)), Capacity())
        return pressure(ours, machine)

    def _again(self, step: Step) -> None:
        self._end_server()
        self.failures = step.failures
        self.restarts += 1
        self.mute = 0
        self._note("waiting", f"{step.reason}; started again in {step.pause_s:g} s")
        self._sleep(step.pause_s)
        self._start()

    def _reload(self, step: Step) -> None:
        """Start it anew as its row says now, unless a session took it up meanwhile.

        A row that cannot be served leaves it as it is, and says why until it is changed again.
        """
        with self.folder.alone(self.plan.name) as alone:
            if not alone:
                return
            self.row.settle()
            try:
                server, residency = self.renew()
            except GasTownError as error:
                self.refused = f"{step.reason}, and cannot be served so: {error}"
                return
            self._note("starting", step.reason)  # sessions that come now wait for it
            self._end_server()
            self.residency.release()
            self.server, self.residency, self.refused = server, residency, ""
            self.failures, self.ever_up = 0, False
            self.residency.take()
        self._start()

    def _unload(self, step: Step) -> bool:
        """End it, unless a session took it up meanwhile."""
        with self.folder.alone(self.plan.name) as alone:
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
        if not self.server.alive:
            return False
        try:
            return self.server.worked()
        except RunnerError:
            return self.up_since is not None

    def _end_server(self) -> None:
        self.up_since = None
        self.server.end(quick=len(self.heard) > 1)

    def _town_is_gone(self) -> bool:
        """Whether town.toml was missing for some looks; an editor may take it away for a moment."""
        self.gone = 0 if self.layout.config.exists() else self.gone + 1
        return self.gone >= _GONE

    @property
    def _called(self) -> bool:
        """Whether somebody wants it to look now; one that is not up yet gives way to nobody."""
        return bool(self.heard) or (self.in_the_way and self.up_since is not None)

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._called and (left := end - time.monotonic()) > 0:
            self.residency.keep()
            time.sleep(min(left, _STARTING_LOOK_S))
        if self.heard:
            raise Stopping

    def _note(self, state: State, reason: str = "") -> None:
        self.state, self.reason = state, reason
        with suppress(OSError):  # a town that was deleted is not made again
            write_served(self.folder, self._served())

    def _served(self) -> Served:
        me = psutil.Process()
        return self.server.record(
            state=self.state,
            reason=self.reason,
            keeper=me.pid,
            keeper_started=me.create_time(),
            settings=self.row.loaded,
            since=self.began,
            restarts=self.restarts,
            used_at=self.used_at,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Look after one model of one town."""
    parser = argparse.ArgumentParser(prog="keeper", description=__doc__)
    parser.add_argument("town", type=Path)
    parser.add_argument("model")
    parser.add_argument("--cpus", required=True, help="the CPUs that it was given")
    parser.add_argument("--lease", type=int, default=0, help="what was claimed for it")
    asked = parser.parse_args(arguments)
    layout = TownLayout(asked.town)
    folder, config = RunnerFolder(layout), load_config(layout.config)
    row = RowWatch(layout, asked.model, settings_of(config, asked.model))
    with (
        folder.log(asked.model).open("ab") as log,
        closing(open_ledger(layout, config.machine)) as ledger,
    ):
        works = Workshop(layout, asked.model, log, ledger)
        server, residency = works.made(config, tuple(map(int, asked.cpus.split(","))))
        return Keeper(layout, server, residency, row, works.renewed, asked.lease).run()


if __name__ == "__main__":
    sys.exit(main())
