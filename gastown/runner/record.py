"""record: what is known of a model's server, on disk, so that every process finds the same one.

Written by the keeper of the server alone, whole and in one step. A record whose keeper is dead says
nothing any more: the server died with it.
"""

from pathlib import Path
from typing import Literal

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from gastown.machine.capacity import Capacity
from gastown.runner.folder import RunnerFolder
from gastown.town.processes import Record, living

State = Literal["starting", "ready", "waiting", "draining", "failed"]
"""`waiting`: it died and will be started again; `failed`: it will not, and `reason` says why."""


class Served(BaseModel):
    """One model's server. Times are seconds since the epoch, memory is MiB."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    state: State
    keeper: int
    keeper_started: float
    runner: str
    file: str
    context: int
    slots: int
    kv: str
    cpus: tuple[int, ...]
    vram_mib: int
    ram_mib: int
    since: float
    drain_s: float
    p_cores: int = 0
    e_cores: int = 0
    settings: str = ""
    pid: int = 0
    port: int = 0
    busy: int = 0
    restarts: int = 0
    used_at: float = 0.0
    reason: str = ""

    @property
    def url(self) -> str:
        """Its address as an endpoint; empty while it has none."""
        return f"http://127.0.0.1:{self.port}/v1" if self.port else ""

    @property
    def residency(self) -> Capacity:
        """What it holds of the machine."""
        cores = Capacity(p_cores=self.p_cores, e_cores=self.e_cores)
        return Capacity(vram_mib=self.vram_mib, ram_mib=self.ram_mib) + cores

    def idle_s(self, now: float) -> float:
        """Seconds since it last worked; nothing while it works."""
        return 0.0 if self.busy else max(0.0, now - (self.used_at or self.since))


def write_served(folder: RunnerFolder, served: Served) -> None:
    """Put it on record."""
    folder.make()
    path = folder.record(served.name)
    spare = path.with_suffix(".new")
    spare.write_text(served.model_dump_json(indent=1), encoding="utf-8")
    spare.replace(path)


def read_served(folder: RunnerFolder, name: str) -> Served | None:
    """What is on record of a server, dead ones too; None when nothing is."""
    return _read(folder.record(name))


def keeper_of(served: Served | None) -> psutil.Process | None:
    """The process that looks after it, if it lives."""
    if served is None:
        return None
    return living(Record(served.keeper, served.keeper_started))


def all_served(folder: RunnerFolder) -> list[Served]:
    """Every server that is looked after, by name; failed ones too, for their reason."""
    found = [_read(path) for path in sorted(folder.root.glob("*.json"))]
    return [one for one in found if one and (one.state == "failed" or keeper_of(one))]


def loaded(folder: RunnerFolder) -> list[Served]:
    """Those that hold memory now, or will in a moment."""
    return [one for one in all_served(folder) if one.state != "failed"]


def _read(path: Path) -> Served | None:
    try:
        return Served.model_validate_json(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValidationError):
        return None
