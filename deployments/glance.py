"""glance: a look every few seconds, beside a process's own work, for as long as it lives.

What is away now may be there at the next look, so nothing that a look meets ends it: what must be
expected (a busy ledger, a server that restarts) is passed over, all else is told once.
"""

import sys
import threading
import time
import traceback
from collections.abc import Callable

import httpx
from prefect.exceptions import PrefectException

from gastown.errors import GasTownError

EXPECTED = (GasTownError, PrefectException, OSError, httpx.HTTPError)


def keep_glancing(name: str, look: Callable[[], object], every_s: float) -> None:
    """Look again and again, in a thread of that name; the first time after `every_s` seconds."""

    def watch() -> None:
        glance = Glance(name, look)
        while True:
            time.sleep(every_s)
            glance.look()

    threading.Thread(target=watch, name=name, daemon=True).start()


class Glance:
    """One that goes on looking, whatever it meets."""

    def __init__(
        self,
        name: str,
        look: Callable[[], object],
        tell: Callable[[str], object] = sys.stderr.write,
    ) -> None:
        self._name = name
        self._look = look
        self._tell = tell
        self._told = ""

    def look(self) -> None:
        """Look once; an error that nobody expects is told, unless it was the last one told."""
        try:
            self._look()
        except EXPECTED:
            return
        except Exception as error:  # noqa: BLE001 - a thread that ends here would be missed by nobody
            what = repr(error)
            if what != self._told:
                self._tell(f"{self._name}: {''.join(traceback.format_exception(error))}")
                self._told = what
