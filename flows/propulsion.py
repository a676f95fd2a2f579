"""propulsion: what hangs on a hook and is not under way is launched, by whoever looks first.

A sling writes its order into the ledger before it launches anything. Should it die between, the
worker, or `town up`, launches the convoy in its place; the order's key makes one run of it, however
many look at once. A run that failed is not started again: that is a person's *Retry*.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.launch import Launched, launch
from gastown.beads.bead import Bead
from gastown.errors import GasTownError, ServerAwayError
from gastown.hooks.hook import order_of, unlaunched
from gastown.town.town import Town


@dataclass(frozen=True, slots=True)
class Pushed:
    """A convoy that was found on hooks; `new` where its run was started now.

    `why` is what kept it from being launched, if anything.
    """

    convoy: str
    run: str = ""
    new: bool = False
    why: str = ""


def key_of(convoy: str) -> str:
    """The key under which a convoy that was slung has one run at most."""
    return f"sling-{convoy}"


def launch_slung(town: Town, convoy: Bead) -> Launched:
    """Launch a convoy as its order says; twice is once. Raises GasTownError."""
    order = order_of(convoy)
    if order is None:
        raise GasTownError(f"{convoy.id} was not slung; launch it: town convoy launch {convoy.id}")
    key = key_of(convoy.id)
    return launch(town, convoy.id, formula=order.formula, values=order.values, key=key)


def propel(town: Town, convoys: Sequence[Bead] | None = None) -> list[Pushed]:
    """Launch what hangs on hooks and has no run yet. Must be called with the server at hand.

    One that cannot be launched does not keep the others.

    Args:
        town: Whose hooks.
        convoys: Those that carry what hangs there unbegun; default: all of them.

    Raises:
        ServerAwayError: Prefect's server gives no answer.
    """
    found = unlaunched(town.ledger) if convoys is None else convoys
    return [_pushed(town, convoy) for convoy in found]


def _pushed(town: Town, convoy: Bead) -> Pushed:
    try:
        done = launch_slung(town, convoy)
    except ServerAwayError:
        raise
    except GasTownError as error:
        return Pushed(convoy.id, why=str(error))
    return Pushed(convoy.id, run=done.name, new=not (done.again or done.over))
