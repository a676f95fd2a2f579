"""What carries a blow out, and what undoes it as far as a person would."""

import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.chaos.afar import Afar
from tests.chaos.clock import Clock
from tests.chaos.disk import Disk
from tests.chaos.plan import Blow, Kind, Place, kinds_at
from tests.chaos.victims import Part, victims
from tests.engine.cable import Cable

Find = Callable[[], list[psutil.Process]]
Over = Callable[[], bool]

_SEEK_S = 30.0  # agents and gits come and go; so long one is waited for
_SHORT_S = 0.01  # about as long as a git lives
_LOOK_S = 0.03  # a look at all processes takes the machine from those that are looked for
_AWAY_S = 8.0  # about as long as a stage takes elsewhere
_AWAY_SEEK_S = 90.0  # the first one is sent a while after its run began


@dataclass(slots=True)
class Arms:
    """What of a town can be hit: its processes, its ways, its disk, its clock, its worker afar.

    `place` is where its model is.
    """

    root: Path
    origin: Path
    cable: Cable
    disk: Disk | None
    clock: Clock | None
    place: Place = "endpoint"
    afar: Afar | None = None  # there is none before there is a server

    def kinds(self) -> tuple[Kind, ...]:
        """The blows that this machine allows, and this town."""
        missing: dict[Kind, bool] = {
            "disk full": self.disk is None,
            "clock jump": self.clock is None,
        }
        return tuple(kind for kind in kinds_at(self.place) if not missing.get(kind))

    def strike(self, blow: Blow, over: Over) -> int:
        """Carry it out, and undo what does not end by itself; how many were hit.

        Nobody is sought any more once all is `over`.
        """
        if blow.kind.startswith("kill") or blow.kind == "restart server":
            return self._killed(blow, over)
        match blow.kind:
            case "cut model":
                _cut(self.cable, blow.hold_s)
            case "cut burst" if self.afar:
                return self._cut_burst(self.afar, blow, over)
            case "cut origin":
                self._cut_origin(blow.hold_s)
            case "disk full" if self.disk:
                self.disk.fill()
                time.sleep(blow.hold_s)
                self.disk.clear()
            case "clock jump" if self.clock:
                self.clock.jump(blow.jump_s)
            case _:
                return 0
        return 1

    def _killed(self, blow: Blow, over: Over) -> int:
        match blow.kind:
            case "restart server":
                return self._kill("server", signal.SIGTERM)
            case "kill server" | "kill all":
                return self._kill(part_of(blow.kind), signal.SIGKILL)
            case "kill burst":
                stages = self.afar.stages if self.afar else list
                return _kill_one(stages, blow.pick, over, _AWAY_S)
            case _:
                part = part_of(blow.kind)
                return _kill_one(lambda: victims(self.root, part), blow.pick, over)

    def _kill(self, part: Part, number: signal.Signals) -> int:
        found = victims(self.root, part)
        for victim in found:
            with suppress(psutil.NoSuchProcess):
                victim.send_signal(number)
        psutil.wait_procs(found, timeout=20)
        return len(found)

    def _cut_burst(self, afar: Afar, blow: Blow, over: Over) -> int:
        """Cut the worker's way while it is at a stage."""
        if _meet(afar.stages, blow.pick, over, _AWAY_S) is None:
            return 0
        _cut(afar.cable, blow.hold_s)
        return 1

    def _cut_origin(self, seconds: float) -> None:
        away = self.origin.with_name("away.git")
        self.origin.rename(away)
        try:
            time.sleep(seconds)
        finally:
            away.rename(self.origin)


def part_of(kind: Kind) -> Part:
    """Whom a blow kills."""
    parts: dict[str, Part] = {
        "kill run": "run",
        "kill worker": "worker",
        "kill server": "server",
        "kill agent": "agent",
        "kill git": "git",
        "kill model": "model",
        "kill all": "all",
    }
    return parts[kind]


def _cut(cable: Cable, seconds: float) -> None:
    cable.cut()
    time.sleep(seconds)
    cable.mend()


def _kill_one(find: Find, pick: float, over: Over, lasts_s: float = _SHORT_S) -> int:
    if victim := _meet(find, pick, over, lasts_s):
        with suppress(psutil.NoSuchProcess):
            victim.kill()
            return 1
    return 0


def _meet(find: Find, pick: float, over: Over, lasts_s: float) -> psutil.Process | None:
    """Seek one for a while; how far it gets of what it lasts before it is met is picked too.

    One that ended before is told from that: the next is met sooner.
    """
    end = time.monotonic() + (_AWAY_SEEK_S if lasts_s >= _AWAY_S else _SEEK_S)
    while time.monotonic() < end and not over():
        if found := find():
            victim = found[int(pick * len(found))]
            time.sleep(pick * lasts_s)
            if victim.is_running():
                return victim
            lasts_s /= 2
        time.sleep(_SHORT_S)
    return None
