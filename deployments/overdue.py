"""overdue: what nobody looked after while the town was down, done at `town up`."""

from contextlib import suppress

from blocks.engine import connected
from flows.keeping import look_soon
from flows.propulsion import Pushed, propel
from gastown.errors import NotFoundError, ServerAwayError
from gastown.town.town import Town


def look_at_gates(town: Town, url: str) -> None:
    """Have the gatekeeper look once where gates are open: while the town was down, nobody did."""
    with connected(town.layout, url), suppress(NotFoundError, ServerAwayError):
        look_soon(town)


def propel_hooked(town: Town, url: str) -> list[Pushed]:
    """Launch what was slung while the town was down, or by a command that died before it could."""
    with connected(town.layout, url), suppress(NotFoundError, ServerAwayError):
        return [one for one in propel(town) if one.new or one.why]
    return []
