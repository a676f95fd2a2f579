"""Planner: has plans made in a process of their own, so that no decision ever waits for one.

A plan takes from tenths of a second to seconds of one core. In a thread of the process that decides
it would hold up every decision by some milliseconds at each turn.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol, Self

from gastown.placement.ahead.order import ORDER, PLAN, Order
from gastown.placement.hint import Hints

PATIENCE_S = 60.0  # a plan that takes longer is none
_REST = 10  # after a plan, so many times as long passes before the next is begun
_CHECKOUT: Final = Path(__file__).resolve().parents[3]

Heard = Callable[[Hints | None], None]
"""Gets the plan, or None where none could be made; called in another thread."""


class Planner(Protocol):
    """Makes plans beside whoever asks."""

    @property
    def free(self) -> bool:
        """Whether an order would be taken now."""
        ...

    def ask(self, order: Order, heard: Heard) -> None:
        """Have a plan made; returns at once."""
        ...


class NoPlanner:
    """Makes none; everything is placed as it comes."""

    free = False

    def ask(self, order: Order, heard: Heard) -> None:
        """Never called."""


class PlannerAtOnce:
    """Makes a plan while one waits: for a look at what would be."""

    free = True

    def ask(self, order: Order, heard: Heard) -> None:
        """Have a plan made, and wait for it."""
        heard(order.plan())


NO_PLANNER: Final = NoPlanner()
AT_ONCE: Final = PlannerAtOnce()


class ProcessPlanner:
    """One process per plan, one plan at a time. Use it in a `with`, or close it.

    Args:
        warn: Told why a plan could not be made.
    """

    def __init__(self, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._closed = False
        self._rested = 0.0

    @property
    def free(self) -> bool:
        """Whether none is under way, and the last is long enough ago."""
        busy = self._thread is not None and self._thread.is_alive()
        return not busy and not self._closed and time.monotonic() >= self._rested

    def ask(self, order: Order, heard: Heard) -> None:
        """Have a plan made."""
        self._thread = threading.Thread(
            target=self._work, args=(order, heard), name="planner", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """End what is under way; nobody hears of it."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()
        if self._thread is not None:
            self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _work(self, order: Order, heard: Heard) -> None:
        began = time.monotonic()
        said, code = self._answer(ORDER.dump_json(order))
        plan = None
        if code == 0:
            with suppress(ValueError):
                plan = PLAN.validate_json(said)
        ended = time.monotonic()
        self._rested = ended + _REST * (ended - began)
        if self._closed:
            return
        if plan is None:
            self._warn(f"no plan was made (exit code {code}); placement goes on without one")
        heard(plan)

    def _answer(self, order: bytes) -> tuple[bytes, int]:
        with self._lock:
            if self._closed:
                return b"", -1
            self._process = process = subprocess.Popen(
                [sys.executable, "-P", "-m", "gastown.placement.ahead"],
                env=_environ(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        try:
            said, _ = process.communicate(order, PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            said, _ = process.communicate()
        return said, process.returncode


def _environ() -> dict[str, str]:
    """What it needs of ours; it is no flow run, and must not be taken for one."""
    ours = {name: text for name, text in os.environ.items() if not name.startswith("PREFECT_")}
    return {**ours, "PYTHONPATH": os.pathsep.join([str(_CHECKOUT), ours.get("PYTHONPATH", "")])}
