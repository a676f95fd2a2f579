"""Patient: a model that is asked again where another try may help; the one layer that retries.

Each try is a request of its own to what it wraps, so that each is paid for by itself.
"""

import time
from collections.abc import Callable
from dataclasses import replace

from blocks.retry import retrying
from gastown.agents.protocols import Ask, Completion, EditProtocol, Model
from gastown.signs import during
from gastown.spans import span

Each = Callable[[Model], Model]
"""What stands before each try of a model."""


def plain(model: Model) -> Model:
    """Nothing stands before it."""
    return model


class Patient:
    """A Model over another. `sleep` and `clock` are in seconds."""

    def __init__(
        self,
        model: Model,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = model.name
        self.protocol: EditProtocol = model.protocol
        self.context = model.context
        self.max_output = model.max_output
        self.secrets = model.secrets
        self._model = model
        self._sleep = sleep
        self._clock = clock

    def complete(self, ask: Ask, on_text: Callable[[str], None] | None = None) -> Completion:
        """Answer after up to four tries, all of them within the time of one.

        Raises:
            ModelError: No answer; that of the last try.
        """
        end = float("inf") if ask.seconds is None else self._clock() + ask.seconds
        with span("model"):
            return retrying(self._rest, self._clock, end)(self._once, ask, end, on_text)

    def _rest(self, seconds: float) -> None:
        with during("waiting", f"{self.name} to take the next try"):
            self._sleep(seconds)

    def _once(self, ask: Ask, end: float, on_text: Callable[[str], None] | None) -> Completion:
        left = None if ask.seconds is None else max(0.0, end - self._clock())
        return self._model.complete(replace(ask, seconds=left), on_text)
