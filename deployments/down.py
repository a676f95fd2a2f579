"""down: end every process of a town, to the last one, stuck ones too."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import psutil

from deployments.alone import alone
from gastown.errors import GasTownError
from gastown.machine.admission.here import take_back
from gastown.town.config import load_config
from gastown.town.layout import TownLayout
from gastown.town.processes import end, living, marked, patient, read_record

_GRACE_S = 5.0
"""For the worker and the runs in hand; a run that needs longer goes on at the next `town up`."""


@dataclass(frozen=True, slots=True)
class Down:
    """How many processes were ended."""

    ended: int


def down(
    layout: TownLayout, tell: Callable[[str], None], hurry: Callable[[], bool] = patient
) -> Down:
    """End worker, runs and server.

    Args:
        layout: Which town.
        tell: Hears of the progress; what it raises keeps nothing from ending.
        hurry: Asked meanwhile; once it is true, nobody is given time to end by himself.

    Raises:
        GasTownError: A process survives even SIGKILL.
    """
    say = _whatever_happens(tell)
    with alone(layout, say):
        server = living(read_record(layout.server_record))
        worker = living(read_record(layout.worker_record))
        others = set(marked(layout)) - {server}
        if worker:
            others.add(worker)
        if others:
            say(f"ending the worker and what it runs ({len(others)} processes)")
        # The server goes last, so that runs can still say how they ended.
        left = end(others, grace_s=_GRACE_S, hurry=hurry)
        if server:
            say("ending the server")
            left += end([server], grace_s=_GRACE_S, hurry=hurry)
        late = set(marked(layout))
        left += end(late, grace_s=0)
        layout.worker_record.unlink(missing_ok=True)
        with suppress(GasTownError, OSError):  # else whoever asks for room next does it
            take_back(layout, load_config(layout.config).machine)
    if left:
        raise GasTownError(f"these processes would not end: {_names(left)}")
    return Down(len(others | late) + bool(server))


def _whatever_happens(tell: Callable[[str], None]) -> Callable[[str], None]:
    def say(line: str) -> None:
        with suppress(Exception):
            tell(line)

    return say


def _names(processes: list[psutil.Process]) -> str:
    return ", ".join(str(process.pid) for process in processes)
