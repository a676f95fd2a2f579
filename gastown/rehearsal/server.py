"""RehearsalServer: the scripted model behind real HTTP on loopback, JSON and streaming.

::

    with RehearsalServer(Script.load(folder), pace=UNPACED) as server:
        client = OpenAI(base_url=server.url, api_key="none", default_headers={"X-Town-Role": …})
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from gastown.rehearsal.faults import Fault, FaultPlan
from gastown.rehearsal.handler import Http
from gastown.rehearsal.names import Names
from gastown.rehearsal.pace import Pace
from gastown.rehearsal.prompter import Line, Prompter
from gastown.rehearsal.script import Script
from gastown.rehearsal.turn import Cue
from gastown.rehearsal.wire import TokenCount

LOOPBACK = "127.0.0.1"
POLL_S = 0.05  # how long a stop may wait for the accepting thread to notice


@dataclass(frozen=True, slots=True)
class Served:
    """One answered request: what was asked, what it cost, and the fault it met, if any."""

    cue: Cue
    count: TokenCount
    fault: str


class RehearsalServer:
    """A context manager; the port is taken when made, requests are answered inside the block."""

    def __init__(
        self,
        script: Script,
        *,
        port: int = 0,
        pace: Pace | None = None,
        faults: Iterable[Fault] = (),
        names: Path | None = None,
        api_key: str = "",
        on_fault: Callable[[Served], None] | None = None,
    ) -> None:
        self._on_fault = on_fault
        self.served: list[Served] = []
        self._http = Http(
            (LOOPBACK, port),
            prompter=Prompter(script, Names(names), FaultPlan(faults)),
            pace=pace or Pace(),
            note=self._note,
            api_key=api_key,
        )
        self._thread = threading.Thread(target=self._http.serve_forever, args=(POLL_S,))

    @property
    def url(self) -> str:
        """Base URL for a client, with `/v1`."""
        return f"http://{LOOPBACK}:{self._http.server_port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.hang_up()
        self._thread.join()
        self._http.server_close()

    def _note(self, line: Line) -> None:
        served = Served(line.cue, line.count, line.fault.kind if line.fault else "")
        self.served.append(served)
        if served.fault and self._on_fault:
            self._on_fault(served)
