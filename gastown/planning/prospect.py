"""Prospect: what a plan will cost and take, and what stands in its way."""

from collections.abc import Mapping

from gastown.forecast.forecast import Forecast, Way
from gastown.forecast.words import cents, span
from gastown.money.amount import UNKNOWN, dollars
from gastown.stage import Frozen


class Prospect(Frozen):
    """`left` is what each capped budget leaves, in micro-dollars; `missing` why there is none."""

    forecast: Forecast | None = None
    left: Mapping[str, int] = {}
    notes: tuple[str, ...] = ()
    missing: str = ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person must know before they say yes."""
        if self.forecast is None:
            return (f"no forecast: {self.missing}",) if self.missing else ()
        held = [f"{key} can run nowhere: {why}" for key, why in self.forecast.held.items()]
        return (*held, *self._short(self.forecast))

    def _short(self, forecast: Forecast) -> list[str]:
        """Budgets that it may use up; steps then wait for this PC, or for a person."""
        taken = forecast.placed.micro_usd
        if taken is None:
            return []
        return [
            f"{name} leaves {dollars(left)}, and it may take all of it"
            for name, left in self.left.items()
            if taken.p90 >= left
        ]

    @property
    def lines(self) -> tuple[str, ...]:
        """The figures, a line each."""
        if self.forecast is None:
            return ()
        found = self.forecast.bottleneck.name
        left = ", ".join(f"{name} {dollars(amount)}" for name, amount in self.left.items())
        return (
            *map(_way, self.forecast.ways),
            f"bottleneck: {found or 'none; the longest chain of steps decides how long it takes'}",
            f"left to spend: {left or 'no budget is set'}",
        )


def _way(way: Way) -> str:
    money = way.micro_usd
    cost = f"{dollars(cents(money.p50))} to {dollars(cents(money.p90))}" if money else UNKNOWN
    time = f"{span(way.seconds.p50)} to {span(way.seconds.p90)}"
    return f"{way.name}: {cost}, {time}, {way.cloud:.0%} of steps in the cloud"
