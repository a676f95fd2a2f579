"""lookout: the worker's glance at the town's sessions; who is dead or stuck has a Witness started.

It costs some file reads every few seconds, and no flow run while all is well. So a death is seen
within seconds, whoever died; what is done about it is the Witness's affair.
"""

import hashlib
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import httpx

from flows.ordering import order_patrol
from gastown.errors import GasTownError
from gastown.health.history import history_of
from gastown.health.pulse import Pulse, read_pulses
from gastown.health.respond import respond
from gastown.health.sight import Watcher
from gastown.town.config import TownConfig, load_config
from gastown.town.layout import TownLayout

LOOK_S = 5.0
_AGAIN_S = 120.0  # a Witness that was called for somebody is not called again so soon


def keep_lookout(layout: TownLayout) -> None:
    """Look beside, for as long as this process lives."""

    def watch() -> None:
        lookout = Lookout(layout, order_patrol)
        while True:
            time.sleep(LOOK_S)
            with suppress(GasTownError, OSError, httpx.HTTPError):  # the next look may fare better
                lookout.look()

    threading.Thread(target=watch, name="lookout", daemon=True).start()


class Lookout:
    """Calls a Witness for each rig, or the Deacon, once for the same thing within two minutes."""

    def __init__(
        self,
        layout: TownLayout,
        order: Callable[[TownConfig, str, str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._layout = layout
        self._order = order
        self._clock = clock
        self._called: dict[str, float] = {}

    def look(self) -> list[str]:
        """Look once; for which rigs somebody was called, empty for the town's own sessions."""
        pulses = read_pulses(self._layout)
        if not pulses:
            self._called.clear()
            return []
        config = load_config(self._layout.config)
        needy = [one for one in pulses if one_needs(self._layout, config, one)]
        return [rig for rig in sorted({one.rig for one in needy}) if self._call(config, rig, needy)]

    def _call(self, config: TownConfig, rig: str, needy: Iterable[Pulse]) -> bool:
        names = sorted(one.session for one in needy if one.rig == rig)
        what = " ".join([rig, *names])
        now = self._clock()
        if now - self._called.get(what, float("-inf")) < _AGAIN_S:
            return False
        key = hashlib.sha256(f"{what} {now}".encode()).hexdigest()[:16]
        self._order(config, rig, key)
        self._called[what] = now
        sys.stderr.write(f"{rig or 'town'}: {', '.join(names)}: a patrol was called\n")
        return True


def one_needs(layout: TownLayout, config: TownConfig, pulse: Pulse) -> bool:
    """Whether a patrol would do something about a session now."""
    verdict = Watcher().judge(pulse, config.health)
    return respond(verdict, history_of(layout, pulse.step), config.health).action != "leave"
