"""Now: where placement would have a step run at this moment, in the words of the board."""

from datetime import datetime
from typing import Literal

from gastown.convoys.convoy import convoy_of
from gastown.convoys.molecule import Molecule, find_molecule
from gastown.errors import GasTownError
from gastown.placement.decide import Decision
from gastown.placement.preview import Preview
from gastown.placement.seat import Hold
from gastown.stage import Frozen, Seat
from gastown.town.town import Town
from tasks.would import alone, in_convoy, state_of

Kind = Literal["local", "cloud", "wait", "hold", "none"]


class Now(Frozen):
    """Where to, and why; `until` is when a wait ends at the latest, in seconds since the epoch.

    `none` is for what will not be placed: it is closed or at work, or it cannot be told.
    """

    kind: Kind
    reason: str
    until: float | None = None

    @property
    def text(self) -> str:
        """As a person reads it."""
        before = {"local": "local, ", "cloud": "bursts: ", "hold": "held: "}
        return before.get(self.kind, "") + self.reason


def now_of(town: Town, bead: str, asked: Preview) -> Now:
    """Where the step of that role, of a bead if one is given, would run now."""
    if isinstance(asked.found, Hold):
        return Now(kind="hold", reason=asked.found.reason)
    try:
        return _placed(town, bead, asked, asked.found)
    except GasTownError as error:  # the seat is an answer; that this one is not is told too
        return Now(kind="none", reason=f"cannot be told: {error}")


def _placed(town: Town, bead: str, asked: Preview, seat: Seat) -> Now:
    role, molecule = asked.ask.role, _molecule(town, bead)
    steps = molecule.plan.steps if molecule else ()
    step = next((one for one in steps if (one.role, one.bead) == (role, bead)), None)
    if molecule is None or step is None:
        stretch = town.config.stretch(asked.ask.profile)
        return _now(town, seat, alone(town, role, seat, rig=asked.ask.rig, stretch=stretch))
    state = state_of(town, molecule, step.key)
    if state:
        return Now(kind="none", reason=state)
    return _now(town, seat, in_convoy(town, molecule, step, seat))


def _molecule(town: Town, bead: str) -> Molecule | None:
    convoy = convoy_of(town.ledger, bead) if bead else None
    return find_molecule(town.ledger, convoy.id) if convoy else None


def _now(town: Town, seat: Seat, decision: Decision) -> Now:
    names = [slot.model for slot in (seat.local, seat.burst) if slot.model]
    missing = [name for name in names if name not in town.config.models]
    reason = "; ".join(
        [decision.because(_clock), *(f"nothing serves {name} yet" for name in missing)]
    )
    return Now(kind=decision.kind, reason=reason, until=decision.until)


def _clock(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().strftime("%H:%M")
