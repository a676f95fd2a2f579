"""propulsion: what hangs on a hook and is not under way is launched, by whoever looks first.

A sling writes its order into the ledger before it launches anything. Should it die between, the
next sling, `town up`, the gatekeeper or a patrol launches the convoy in its place; the order's key
makes one run of it, however many look at once.
"""

from dataclasses import dataclass

from flows.launch import Launched, launch
from gastown.beads.bead import Bead
from gastown.errors import GasTownError, ServerAwayError
from gastown.hooks.hook import order_of, unlaunched
from gastown.hooks.sling import free_left_over
from gastown.town.town import Town


@dataclass(frozen=True, slots=True)
class Pushed:
    """A convoy that was found on hooks. `why` is what kept it from being launched, if anything."""

    convoy: str
    run: str = ""
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


def propel(town: Town) -> list[Pushed]:
    """Launch what hangs on hooks and has no run yet. Must be called with the server at hand.

    One that cannot be launched does not keep the others. Raises ServerAwayError.
    """
    free_left_over(town)
    pushed: list[Pushed] = []
    for convoy in unlaunched(town.ledger):
        try:
            done = launch_slung(town, convoy)
        except ServerAwayError:
            raise
        except GasTownError as error:
            pushed.append(Pushed(convoy.id, why=str(error)))
            continue
        if not done.again and not done.over:
            pushed.append(Pushed(convoy.id, run=done.name))
    return pushed
