"""Till: who pays for what goes through a door, request by request."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from blocks.door_server import Flight
from blocks.openai_model import Endpoint
from gastown.money.entry import Reservation
from gastown.money.metered import Meter
from gastown.money.prices import cost
from gastown.stage import Usage


@dataclass(frozen=True, slots=True)
class Paid:
    """The money of one request that is on its way, and since when it is; none where none counts."""

    since: float
    held: Reservation | None = None


@dataclass(frozen=True, slots=True)
class Till:
    """A door's. Without a meter nothing is reserved, and the endpoint's row says what it costs."""

    endpoint: Endpoint
    meter: Meter | None = None
    clock: Callable[[], float] = time.monotonic

    def reserve(self, flight: Flight, seconds: float) -> Paid:
        """Set aside what a request may cost. Raises BudgetError; then nothing may be sent."""
        since = self.clock()
        if self.meter is None:
            return Paid(since)
        asked = flight.asked
        at_most = self.meter.tariff.request_at_most(len(asked.body), asked.answer)
        return Paid(since, self.meter.reserve(at_most, seconds))

    def settle(self, flight: Flight, paid: Paid) -> Usage:
        """Put down what it took: in full where that cannot be known. What it used, with its price.

        What an endpoint refused, or never saw, costs nothing.
        """
        used, seconds = flight.usage(), self.clock() - paid.since
        if self.meter is None or paid.held is None:
            return used.model_copy(update={"micro_usd": cost(used, self.endpoint.prices)})
        if flight.whole and not flight.refused:
            return self.meter.settle(paid.held, used, seconds)
        self.meter.lose(paid.held, seconds, billed=flight.billed)
        lost = paid.held.max_micro_usd if flight.billed else 0
        return self.meter.tariff.priced(used).model_copy(update={"micro_usd": lost})
