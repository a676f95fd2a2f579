"""Hold: why a step can have no seat; and which slot of a seat a placed step sits on."""

from dataclasses import dataclass

from gastown.stage import Seat, Where


@dataclass(frozen=True, slots=True)
class Hold:
    """No model may do this, and why; a person must change the bead or town.toml."""

    reason: str


def model_at(seat: Seat, where: Where) -> str | None:
    """The model that a step placed there uses.

    A step at work here without a model of this machine asks the cloud's; elsewhere there is only
    the cloud's.
    """
    if where == "local" and seat.local.model is not None:
        return seat.local.model
    return seat.burst.model
