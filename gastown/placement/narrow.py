"""narrow: what constraints leave of a chosen seat; they never add a model."""

from collections.abc import Iterator
from dataclasses import dataclass

from gastown.catalogue.catalogue import Catalogue
from gastown.catalogue.roles import ROLES
from gastown.placement.seat import Hold
from gastown.stage import Seat, Slot

LOCAL_ONLY = "burst dropped: local only"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a model must be good for. `context` is in tokens."""

    role: str
    context: int = 0
    local_only: bool = False


def narrow(seat: Seat, catalogue: Catalogue, needs: Needs) -> Seat | Hold:
    """The seat without the slots that do not serve; a hold where that leaves none."""
    burst = seat.burst
    if needs.local_only and burst.model is not None:
        burst = Slot(model=None, because=LOCAL_ONLY)
    left = Seat(local=_slot(seat.local, catalogue, needs), burst=_slot(burst, catalogue, needs))
    if left.local.model or left.burst.model or ROLES[needs.role].tools:
        return left
    return Hold("; ".join(_why(Seat(local=seat.local, burst=burst), catalogue, needs)))


def _slot(slot: Slot, catalogue: Catalogue, needs: Needs) -> Slot:
    short, _ = _unfit(slot.model, catalogue, needs)
    return Slot(model=None, because=f"{short}: slot skipped") if short else slot


def _unfit(model: str | None, catalogue: Catalogue, needs: Needs) -> tuple[str, str]:
    """What a model lacks, and what is asked of it; nothing for one that fits."""
    if model is None:
        return "", ""
    row = catalogue[model]
    if row.context < needs.context:
        return f"{model} holds {row.context} tokens", f"bead needs {needs.context}"
    if ROLES[needs.role].vision and not row.vision:
        return f"{model} has no vision", f"{needs.role} needs it"
    return "", ""


def _why(seat: Seat, catalogue: Catalogue, needs: Needs) -> Iterator[str]:
    lacks = [_unfit(slot.model, catalogue, needs) for slot in (seat.local, seat.burst)]
    said = [f"{short}, {asked}" for short, asked in lacks if short]
    yield from said
    if needs.local_only:
        yield from [] if said else ["no local model"]
        yield "local only"
    elif not said:
        yield f"no model for {needs.role} ({seat.local.because})"
