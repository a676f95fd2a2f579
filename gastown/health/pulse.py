"""Pulse: what a living session notes of itself, a file each; read by whoever wants to know.

A pulse is made when a session begins and removed when it ends, so that those there are belong to
sessions at work, or to dead ones that nobody has buried yet.
"""

import re
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from gastown.machine.holder import is_dead
from gastown.signs import State
from gastown.stage import Frozen
from gastown.town.layout import TownLayout

BEAT_S = 15.0
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]+")


class Pulse(Frozen):
    """One attempt at a step as its process saw it last.

    `session` is `<step>/<attempt>`; `holder` its process as `host:pid:start`. `since`, `changed`
    and `beat` are seconds since the epoch: when the state began, when anything last came (a token,
    a call, a change of state), and when this was written. The same of `changed` and `beat`, and
    `until`, by which what it does ends by itself, are on this host's monotonic clock, which stands
    still while the machine sleeps and which nobody sets. `command` is the process it waits for, and
    `busy` the share of the time in which its own thread lately computed, or would have.
    """

    session: str
    step: str
    attempt: int
    role: str
    convoy: str = ""
    rig: str = ""
    bead: str = ""
    title: str = ""
    holder: str
    folder: str = ""
    state: State = "idle"
    what: str = ""
    since: float
    changed: float
    beat: float
    changed_clock: float
    beat_clock: float
    until: float | None = None
    command: int | None = None
    busy: float = 0.0
    turns: int = 0
    tokens: int = 0
    beat_s: float = BEAT_S

    @property
    def host(self) -> str:
        """The machine that it runs on."""
        return self.holder.partition(":")[0]

    @property
    def pid(self) -> int:
        """Its process there."""
        return int(self.holder.split(":")[1])

    @property
    def agent(self) -> str:
        """Who it is, for a person: `game/polecat`, `mayor`."""
        return f"{self.rig}/{self.role}" if self.rig else self.role

    @property
    def gone(self) -> bool:
        """Whether its process is known to have died; of one on another host nothing is known."""
        return is_dead(self.holder)


def pulse_folder(layout: TownLayout) -> Path:
    """Where the pulses of a town lie; one file for each session that has not ended."""
    return layout.state / "pulses"


def pulse_file(layout: TownLayout, step: str, attempt: int) -> Path:
    """The pulse of one attempt at a step."""
    return pulse_folder(layout) / f"{_UNFIT.sub('-', step)}.{attempt}.json"


def read_pulses(layout: TownLayout) -> list[Pulse]:
    """Every session that has begun and not ended, by its name; dead ones too, see `gone`."""
    found: list[Pulse] = []
    for path in sorted(pulse_folder(layout).glob("*.json")):
        with suppress(FileNotFoundError, ValidationError):  # it ended just now; a power cut
            found.append(Pulse.model_validate_json(path.read_bytes()))
    return sorted(found, key=lambda one: (one.step, one.attempt))


def write_pulse(path: Path, pulse: Pulse) -> None:
    """Replace a pulse at once. It is not flushed: after a power cut its session is dead anyway."""
    draft = path.with_suffix(".new")
    draft.write_text(pulse.model_dump_json(), encoding="utf-8")
    draft.replace(path)


def remove_pulse(path: Path) -> None:
    """Forget a session that ended, or that is buried; twice is once."""
    path.unlink(missing_ok=True)
    path.with_suffix(".new").unlink(missing_ok=True)  # of one that died as it wrote
