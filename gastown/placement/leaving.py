"""Leaving: idle models that were asked to leave memory, and those that do not go."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from gastown.placement.session import Model

STUBBORN_S = 10.0
"""A model that is still there so long after it was asked counts as one that stays."""
AGAIN_S = 60.0
"""So long after it was first asked it may be asked anew: who used it may be done."""


@dataclass(slots=True)
class Leaving:
    """Times are seconds of one clock. Not thread-safe.

    `ask` asks a model's keeper, by the model's name, to unload it if nobody uses it.
    """

    ask: Callable[[str], None]
    _since: dict[str, float] = field(default_factory=dict[str, float])

    def stay(self, held: Collection[str], now: float) -> Collection[str]:
        """Slots of those in memory that did not go though they were asked."""
        self._since = {
            slot: since
            for slot, since in self._since.items()
            if slot in held and now - since < AGAIN_S
        }
        return {slot for slot, since in self._since.items() if now - since >= STUBBORN_S}

    def send(self, model: Model, now: float) -> None:
        """Ask it to leave; asked again it is asked again: it may have been in use for a moment."""
        self._since.setdefault(model.slot, now)
        self.ask(model.name)
