"""What carries a blow out, and what undoes it as far as a person would."""

import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.chaos.clock import Clock
from tests.chaos.disk import Disk
from tests.chaos.plan import KINDS, Blow, Kind
from tests.chaos.victims import Part, victims
from tests.engine.cable import Cable

_SEEK_S = 15.0  # agents and gits come and go; so long one is waited for
_SHORT_S = 0.01  # about as long as a git lives


@dataclass(frozen=True, slots=True)
class Arms:
    """What of a town can be hit: its processes, its ways, its disk, its clock."""

    root: Path
    origin: Path
    cable: Cable
    disk: Disk | None
    clock: Clock | None

    def kinds(self) -> tuple[Kind, ...]:
        """The blows that this machine allows."""
        missing = {"disk full": self.disk is None, "clock jump": self.clock is None}
        return tuple(kind for kind in KINDS if not missing.get(kind))

    def strike(self, blow: Blow) -> int:
        """Carry it out, and undo what does not end by itself; how many were hit."""
        match blow.kind:
            case "kill run" | "kill worker" | "kill agent" | "kill git":
                return self._kill_one(part_of(blow.kind), blow.pick)
            case "kill server" | "kill all":
                return self._kill(part_of(blow.kind), signal.SIGKILL)
            case "restart server":
                return self._kill("server", signal.SIGTERM)
            case "cut model":
                self.cable.cut()
                time.sleep(blow.hold_s)
                self.cable.mend()
            case "cut origin":
                self._cut_origin(blow.hold_s)
            case "disk full":
                assert self.disk is not None
                self.disk.fill()
                time.sleep(blow.hold_s)
                self.disk.clear()
            case "clock jump":
                assert self.clock is not None
                self.clock.jump(blow.jump_s)
        return 1

    def _kill_one(self, part: Part, pick: float) -> int:
        """Seek one for a while; how far it gets before it dies is picked too."""
        end = time.monotonic() + _SEEK_S
        while time.monotonic() < end:
            found = victims(self.root, part)
            if not found:
                continue
            victim = found[int(pick * len(found))]
            time.sleep(pick * _SHORT_S)
            with suppress(psutil.NoSuchProcess):
                victim.kill()
                return 1
        return 0

    def _kill(self, part: Part, number: signal.Signals) -> int:
        found = victims(self.root, part)
        for victim in found:
            with suppress(psutil.NoSuchProcess):
                victim.send_signal(number)
        psutil.wait_procs(found, timeout=20)
        return len(found)

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
        "kill all": "all",
    }
    return parts[kind]
