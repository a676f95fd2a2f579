"""lookout: the worker's glance at the town's sessions; who is dead or stuck has a Witness started.

It costs some file reads every few seconds, and no flow run while all is well. So a death is seen
within seconds, whoever died; what is done about it is the Witness's affair. Room of the PC that the
dead held is taken back at once.
"""

import hashlib
import sys
import time
from collections.abc import Callable, Iterable

from deployments.glance import keep_glancing
from flows.ordering import order_patrol
from gastown.health.history import history_of
from gastown.health.pulse import Pulse, read_pulses
from gastown.health.respond import Action, respond
from gastown.health.sight import Watcher
from gastown.machine.admission.here import take_back
from gastown.town.config import TownConfig, load_config
from gastown.town.layout import TownLayout

LOOK_S = 5.0
_AGAIN_S = 120.0  # a Witness that was called for somebody is not called again so soon


def keep_lookout(layout: TownLayout) -> None:
    """Look beside, for as long as this process lives."""
    keep_glancing("lookout", Lookout(layout, order_patrol).look, LOOK_S)


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
        config = load_config(self._layout.config)
        take_back(self._layout, config.machine)
        pulses = read_pulses(self._layout)
        if not pulses:
            self._called.clear()
            return []
        due = [(one, due_of(self._layout, config, one)) for one in pulses]
        needy = [(one.rig, f"{action} {one.session}") for one, action in due if action != "leave"]
        return [rig for rig in sorted({rig for rig, _ in needy}) if self._call(config, rig, needy)]

    def _call(self, config: TownConfig, rig: str, needy: Iterable[tuple[str, str]]) -> bool:
        acts = sorted(act for whose, act in needy if whose == rig)
        what = f"{rig or 'town'}: {', '.join(acts)}"
        now = self._clock()
        if now - self._called.get(what, float("-inf")) < _AGAIN_S:
            return False
        key = hashlib.sha256(f"{what} {now}".encode()).hexdigest()[:16]
        self._order(config, rig, key)
        self._called[what] = now
        sys.stderr.write(f"{what}; a patrol was called\n")
        return True


def due_of(layout: TownLayout, config: TownConfig, pulse: Pulse) -> Action:
    """What a patrol would do about a session now."""
    verdict = Watcher().judge(pulse, config.health)
    return respond(verdict, history_of(layout, pulse.step), config.health).action
